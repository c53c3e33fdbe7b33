/* SPDX-License-Identifier: MIT */
/* The other names of the same calls, and those of fortified programs: they bear the length of the
 * buffer, and end the program if it is too short.
 * variants: names checks
 * cflags: -Wno-deprecated-declarations
 */
#include "states.h"

#include <sys/select.h>
#include <sys/sendfile.h>

int __connect(int fd, const struct sockaddr *addr, socklen_t len);
int __close(int fd);
int __dup2(int from, int to);
int __fcntl(int fd, int cmd, ...);
int _IO_fclose(FILE *stream);
ssize_t __read(int fd, void *buf, size_t len);
ssize_t __write(int fd, const void *buf, size_t len);
ssize_t __send(int fd, const void *buf, size_t len, int flags);
int __sigaction(int sig, const struct sigaction *act, struct sigaction *old);
int __poll(struct pollfd *fds, nfds_t n, int timeout);
int __select(int n, fd_set *in, fd_set *out, fd_set *except, struct timeval *timeout);
int __poll_chk(struct pollfd *fds, nfds_t n, int timeout, size_t len);
int __ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask,
	size_t len);
pid_t __fork(void);
sighandler_t bsd_signal(int sig, sighandler_t handler);
sighandler_t __sysv_signal(int sig, sighandler_t handler);
ssize_t __read_chk(int fd, void *buf, size_t len, size_t buflen);
ssize_t __recv_chk(int fd, void *buf, size_t len, size_t buflen, int flags);
ssize_t __recvfrom_chk(int fd, void *buf, size_t len, size_t buflen, int flags,
	struct sockaddr *addr, socklen_t *addrlen);

static char buf[16];

static void connections(void)
{
	char address[32];
	int listener = listen_any(address), file = state_file();
	struct sockaddr_storage to;
	socklen_t len = parse_address(address, &to);
	int fd = DO(socket(AF_INET, SOCK_STREAM, 0)), got;

	DO(__connect(fd, (struct sockaddr *)&to, len));
	got = DO(accept(listener, NULL, NULL));
	DO(__write(fd, "abcd", 4));
	DO(__send(fd, "efgh", 4, 0));
	DO(sendfile64(fd, file, &(off64_t){0}, 6));
	await(got, POLLIN);
	DO(__read(got, buf, 2));
	DO(__fcntl(fd, F_DUPFD, 20));
	DO(__dup2(fd, 21));
	DO(fcntl64(fd, F_DUPFD_CLOEXEC, 22));
	DO(__close(fd));
	DO(__close(20));
	closefrom(22);
	DO(__write(21, "x", 1));
	_IO_fclose(fdopen(21, "w"));
	DO(__write(21, "x", 1));
	DO(__read(21, buf, 1));
	close(got);
	close(listener);
	close(file);
}

static void waiting(void)
{
	struct pollfd p[2] = {{0, POLLIN, 0}, {1, POLLOUT, 0}};
	struct timespec at_once = {0, 0};
	pid_t pid;

	DO(__poll(p, 2, 0));
	say("  %x %x", p[0].revents, p[1].revents);
	DO(__poll_chk(p, 2, 0, sizeof(p)));
	DO(__poll_chk(p, 0, 0, 0));
	DO(__poll_chk(p, 1, 0, -1));
	DO(__ppoll_chk(p, 2, &at_once, NULL, sizeof(p) + 1));
	DO(__ppoll_chk(NULL, 0, &at_once, NULL, 0));
	DO(__select(0, NULL, NULL, NULL, &(struct timeval){0, 1000}));
	pid = __fork();
	if (!pid)
		_exit(7);
	say("child: %d", child_status(pid));
}

static void handler(int sig)
{
	say("  signal %d", sig);
}

static void dispositions(int sig)
{
	struct sigaction a = {.sa_handler = handler}, old;

	say("-- %d", sig);
	DO(__sigaction(sig, &a, &old));
	raise(sig);
	DO(bsd_signal(sig, SIG_IGN) == handler);
	raise(sig);
	DO(ssignal(sig, handler) == SIG_IGN);
	DO(__sysv_signal(sig, handler) == handler);
	DO(__sigaction(sig, NULL, &old));
	say("  %x", old.sa_flags & ~0x04000000);
	raise(sig);
	DO(__sigaction(sig, NULL, &old));
	say("  %d", old.sa_handler == SIG_DFL);
	DO(sysv_signal(sig, SIG_IGN) == SIG_DFL);
	DO(sigset(sig, SIG_HOLD) == SIG_IGN);
	DO(sigset(sig, SIG_DFL) == SIG_HOLD);
	DO(sigignore(sig));
	DO(signal(sig, SIG_DFL) == SIG_IGN);
}

/* The call ends a child; what there was to read, it has not read. */
#define CHILD_ON(name, call)                                  \
	do {                                                  \
		int fd = state(name);                         \
		pid_t child_;                                 \
                                                              \
		state_feed(fd);                               \
		child_ = fork();                              \
		if (!child_) {                                \
			close(2);                             \
			call;                                 \
			_exit(0);                             \
		}                                             \
		say(#call " ended %d", child_status(child_)); \
		TRY(read(fd, buf, sizeof(buf)));              \
		state_end(fd);                                \
	} while (0)

static void checks(const char *name)
{
	struct sockaddr_storage from;
	socklen_t len = sizeof(from);

	say("-- %s", name);
	ON(name, __read_chk(fd, buf, 4, 4));
	ON(name, __read_chk(fd, buf, 4, 16));
	ON(name, __read_chk(fd, buf, 0, 0));
	ON(name, __recv_chk(fd, buf, 4, 4, 0));
	ON(name, __recv_chk(fd, buf, 4, 16, MSG_PEEK));
	ON(name, __recvfrom_chk(fd, buf, 4, 4, 0, NULL, NULL));
	ON(name, __recvfrom_chk(fd, buf, 4, -1, MSG_TRUNC, (struct sockaddr *)&from, &len));
	say("  %d", len);
	CHILD_ON(name, __read_chk(fd, buf, 5, 4));
	CHILD_ON(name, __recv_chk(fd, buf, 5, 4, 0));
	CHILD_ON(name, __recvfrom_chk(fd, buf, 5, 4, 0, NULL, NULL));
}

int torture(const char *variant)
{
	static const char *const v[] = {"tcp", "closed", "reset", "unix", "udp", "file", "nothing"};
	size_t i;

	if (*variant == 'n') {
		connections();
		waiting();
		dispositions(SIGPIPE);
		dispositions(SIGUSR1);
		return 0;
	}
	for (i = 0; i < sizeof(v) / sizeof(*v); i++)
		checks(v[i]);
	return 0;
}
