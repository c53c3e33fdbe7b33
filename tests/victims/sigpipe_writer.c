/* SPDX-License-Identifier: MIT */
/*
 * sigpipe_writer HOW DISPOSITION KIND: writes to a peer that is gone, and says what came of it.
 * HOW: a row of the table below.  DISPOSITION: dfl (untouched), ign, own (handler), late (own, set
 * after the connection was used), back (own, then default again), blocked (then sigtimedwait).
 * KIND: tcp, unix, pipe, mixed (a pipe, in a program that has a live socket too).  A default
 * disposition ends the bare program.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "victim.h"

static volatile sig_atomic_t handled;
static int fd;

static void on_sigpipe(int sig)
{
	handled++;
}

/* A socket whose peer has closed and whose pending reset is read away: the next write is EPIPE. */
static int dead_tcp(void)
{
	char address[32], c;
	int listener = listen_any(address), client = dial(address);
	int server = accept(listener, NULL, NULL);

	if (write(client, "x", 1) != 1)
		die("write");
	while (recv(server, &c, 1, MSG_PEEK) != 1)
		;
	close(server);
	close(listener);
	read(client, &c, 1);
	return client;
}

static int dead_unix(void)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		die("socketpair");
	close(pair[0]);
	return pair[1];
}

static int dead_pipe(void)
{
	int pair[2];

	if (pipe(pair) < 0)
		die("pipe");
	close(pair[0]);
	return pair[1];
}

static int dead_pipe_beside_socket(void)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0 || write(pair[0], "x", 1) != 1)
		die("socketpair");
	return dead_pipe();
}

static long by_write(void)
{
	return write(fd, "y", 1);
}

static long by_writev(void)
{
	struct iovec iov[2] = {{"y", 1}, {"z", 1}};

	return writev(fd, iov, 2);
}

static long by_send(void)
{
	return send(fd, "y", 1, 0);
}

static long by_sendto(void)
{
	return sendto(fd, "y", 1, 0, NULL, 0);
}

static long by_sendmsg(void)
{
	struct iovec iov = {"y", 1};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};

	return sendmsg(fd, &m, 0);
}

static long by_sendmmsg(void)
{
	struct iovec iov = {"y", 1};
	struct mmsghdr m = {.msg_hdr = {.msg_iov = &iov, .msg_iovlen = 1}};

	return sendmmsg(fd, &m, 1, 0);
}

static long by_sendfile(void)
{
	int in = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	return sendfile(fd, in, NULL, 100);
}

static long by_splice(void)
{
	int pair[2];

	if (pipe(pair) < 0 || write(pair[1], "y", 1) != 1)
		die("pipe");
	return splice(pair[0], NULL, fd, NULL, 1, 0);
}

static long by_fflush(void)
{
	FILE *f = fdopen(fd, "w");

	fprintf(f, "y");
	return fflush(f);
}

static long by_dprintf(void)
{
	return dprintf(fd, "y");
}

static long by_syscall(void)
{
	return syscall(SYS_write, fd, "y", 1);
}

static long by_instruction(void)
{
	long ret = unseen_syscall(SYS_write, fd, (long)"y", 1, 0, 0, 0);

	errno = ret < 0 ? -ret : 0;
	return ret < 0 ? -1 : ret;
}

static const struct {
	const char *name;
	long (*run)(void);
} how[] = {
	{"write", by_write},
	{"writev", by_writev},
	{"send", by_send},
	{"sendto", by_sendto},
	{"sendmsg", by_sendmsg},
	{"sendmmsg", by_sendmmsg},
	{"sendfile", by_sendfile},
	{"splice", by_splice},
	{"fflush", by_fflush},
	{"dprintf", by_dprintf},
	{"syscall", by_syscall},
	{"instruction", by_instruction},
};

static void dispose(const char *disposition)
{
	struct sigaction sa = {.sa_handler = on_sigpipe, .sa_flags = SA_RESTART};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	if (!strcmp(disposition, "own") || !strcmp(disposition, "back"))
		sigaction(SIGPIPE, &sa, NULL);
	if (!strcmp(disposition, "back"))
		signal(SIGPIPE, SIG_DFL);
	if (!strcmp(disposition, "ign"))
		signal(SIGPIPE, SIG_IGN);
	if (!strcmp(disposition, "blocked"))
		sigprocmask(SIG_BLOCK, &set, NULL);
}

/* What the program sees of its own disposition, by each way to ask. */
static const char *disposition_seen(void)
{
	struct sigaction sa;
	void (*by_signal)(int);

	sigaction(SIGPIPE, NULL, &sa);
	by_signal = signal(SIGPIPE, sa.sa_handler);
	if (by_signal != sa.sa_handler)
		return "contradictory";
	return sa.sa_handler == SIG_DFL      ? sa.sa_flags ? "dfl-with-flags" : "dfl"
	       : sa.sa_handler == SIG_IGN    ? "ign"
	       : sa.sa_handler == on_sigpipe ? "own"
					     : "foreign";
}

int main(int argc, char **argv)
{
	const struct timespec none = {0, 0};
	sigset_t set;
	long ret = 0;
	int err, pending = -1;

	if (argc != 4)
		return 2;
	dispose(argv[2]);
	fd = !strcmp(argv[3], "pipe")    ? dead_pipe()
	     : !strcmp(argv[3], "mixed") ? dead_pipe_beside_socket()
	     : !strcmp(argv[3], "tcp")   ? dead_tcp()
					 : dead_unix();
	if (!strcmp(argv[2], "late"))
		dispose("own");
	errno = 0;
	for (size_t i = 0; i < sizeof(how) / sizeof(how[0]); i++)
		if (!strcmp(how[i].name, argv[1]))
			ret = how[i].run();
	err = errno;
	if (!strcmp(argv[2], "blocked")) {
		sigemptyset(&set);
		sigaddset(&set, SIGPIPE);
		pending = sigtimedwait(&set, NULL, &none) == SIGPIPE;
	}
	printf("ret=%ld errno=%s handled=%d pending=%d disposition=%s\n", ret, errname(err),
		(int)handled, pending, disposition_seen());
	return 0;
}
