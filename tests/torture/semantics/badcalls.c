/* SPDX-License-Identifier: MIT */
/* Every pointer of the calls that open, set, ask or start something, bad in four ways.
 * variants: sockets signals programs others waits
 * cflags: -Wno-deprecated-declarations -Wno-stringop-overflow
 */
#include "states.h"

#include <net/if.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/prctl.h>

int __connect(int fd, const struct sockaddr *addr, socklen_t len);
int __fcntl(int fd, int cmd, ...);
int __sigaction(int sig, const struct sigaction *act, struct sigaction *old);

extern char **environ;

/* What libc itself may die of: the result, in a child, and how that ended. */
#define IN_CHILD(call)                                        \
	do {                                                  \
		pid_t child_ = fork();                        \
                                                              \
		if (!child_) {                                \
			DO(call);                             \
			_exit(0);                             \
		}                                             \
		say(#call " ended %d", child_status(child_)); \
	} while (0)

static void opening(const char *v, void *p)
{
	struct sockaddr_storage addr;
	socklen_t len = sizeof(addr);

	ON(v, connect(fd, p, 16));
	ON(v, connect(fd, p, 0));
	ON(v, connect(fd, p, 2));
	ON(v, connect(fd, p, -1));
	ON(v, __connect(fd, p, 16));
	ON(v, bind(fd, p, 16));
	ON(v, accept(fd, p, &len));
	ON(v, accept(fd, (void *)&addr, p));
	ON(v, accept(fd, NULL, p));
	ON(v, accept4(fd, p, &len, SOCK_CLOEXEC));
	ON(v, accept4(fd, (void *)&addr, p, SOCK_CLOEXEC));
	ON(v, accept4(fd, NULL, p, 1));
	ON(v, getsockname(fd, p, &len));
	ON(v, getpeername(fd, (void *)&addr, p));
}

static void asking(const char *v, void *p)
{
	socklen_t len = 4, huge = -1, value;

	ON(v, getsockopt(fd, SOL_SOCKET, SO_ERROR, p, &len));
	ON(v, getsockopt(fd, SOL_SOCKET, SO_ERROR, &len, p));
	ON(v, getsockopt(fd, SOL_SOCKET, SO_ERROR, &value, &huge));
	ON(v, getsockopt(fd, IPPROTO_TCP, TCP_INFO, p, &len));
	ON(v, setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, p, 4));
	ON(v, setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, p, 0));
	ON(v, setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, p, 4));
	ON(v, setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, p, 8));
	ON(v, setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, p, 16));
	ON(v, setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, p, IFNAMSIZ));
}

static void sockets(void *p)
{
	static const char *const v[] = {"fresh", "listening", "tcp", "reset", "unixfresh",
		"unixlistening", "unix", "udp", "file", "nothing"};
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(*v); i++) {
		say("-- %s", v[i]);
		opening(v[i], p);
		asking(v[i], p);
	}
	DO(socketpair(AF_UNIX, SOCK_STREAM, 0, p));
	DO(socketpair(AF_UNIX, SOCK_DGRAM, 0, p));
	DO(socketpair(AF_INET, SOCK_STREAM, 0, p));
	DO(fcntl(0, F_GETLK, p));
	DO(fcntl64(0, F_SETLK, p));
	DO(__fcntl(0, F_OFD_GETLK, p));
	DO(fcntl(0, F_GETOWN_EX, p));
	DO(fcntl(0, F_SETOWN_EX, p));
	DO(fcntl(0, F_GET_RW_HINT, p));
}

static void signals(void *p)
{
	static const int sig[] = {SIGPIPE, SIGUSR1, SIGKILL, 0, 65, -1};
	struct sigaction ign = {.sa_handler = SIG_IGN};
	size_t i;

	for (i = 0; i < sizeof(sig) / sizeof(*sig); i++) {
		say("-- %d", sig[i]);
		IN_CHILD(sigaction(sig[i], p, NULL));
		IN_CHILD(sigaction(sig[i], NULL, p));
		IN_CHILD(sigaction(sig[i], &ign, p));
		IN_CHILD(__sigaction(sig[i], p, p));
		IN_CHILD(signal(sig[i], p) == SIG_ERR);
		IN_CHILD(sysv_signal(sig[i], p) == SIG_ERR);
		IN_CHILD(sigset(sig[i], SIG_IGN) == SIG_ERR);
		IN_CHILD(sigignore(sig[i]));
	}
}

static void programs(void *p)
{
	char *argv[] = {"true", NULL}, *bad[] = {"true", p, NULL}, *none[] = {NULL};
	int fd = open("/bin/true", O_RDONLY);
	pid_t pid;

	IN_CHILD(execve(p, argv, environ));
	IN_CHILD(execve("/bin/true", p, environ));
	IN_CHILD(execve("/bin/true", argv, p));
	IN_CHILD(execve("/bin/true", bad, environ));
	IN_CHILD(execve("/bin/true", argv, bad));
	IN_CHILD(execve("/nowhere", none, none));
	IN_CHILD(execv(p, argv));
	IN_CHILD(execv("/bin/true", p));
	IN_CHILD(execvp(p, argv));
	IN_CHILD(execvp("true", p));
	IN_CHILD(execvpe(p, argv, environ));
	IN_CHILD(execvpe("/bin/true", argv, p));
	IN_CHILD(execl(p, "true", NULL));
	IN_CHILD(execl("/bin/true", "true", p, NULL));
	IN_CHILD(execle("/bin/true", "true", NULL, p));
	IN_CHILD(execlp(p, "true", NULL));
	IN_CHILD(execlp("true", "true", p, NULL));
	IN_CHILD(fexecve(fd, p, environ));
	IN_CHILD(fexecve(fd, argv, p));
	IN_CHILD(execveat(AT_FDCWD, p, argv, environ, 0));
	IN_CHILD(execveat(AT_FDCWD, "/bin/true", p, environ, 0));
	IN_CHILD(execveat(fd, "", argv, p, AT_EMPTY_PATH));
	IN_CHILD(posix_spawn(p, "/nowhere", NULL, NULL, argv, environ));
	IN_CHILD(posix_spawn(&pid, p, NULL, NULL, argv, environ));
	IN_CHILD(posix_spawn(&pid, "/bin/true", NULL, NULL, p, environ));
	IN_CHILD(posix_spawn(&pid, "/bin/true", NULL, NULL, argv, p));
	IN_CHILD(posix_spawn(&pid, "/nowhere", p, NULL, argv, environ));
	IN_CHILD(posix_spawn(&pid, "/nowhere", NULL, p, argv, environ));
	IN_CHILD(posix_spawnp(&pid, p, NULL, NULL, argv, environ));
	IN_CHILD(posix_spawnp(&pid, "true", NULL, NULL, argv, p));
	close(fd);
}

static void others(void *p)
{
	DO(prctl(PR_SET_NAME, p));
	DO(prctl(PR_GET_NAME, p));
	DO(prctl(PR_GET_PDEATHSIG, p));
	DO(prctl(PR_SET_SECCOMP, 2, p));
	DO(prctl(PR_SET_MM, PR_SET_MM_AUXV, p, 16, 0));
	DO(syscall(SYS_seccomp, 1, 0, p));
	DO(syscall(SYS_recvmsg, 0, p, 0));
	DO(syscall(SYS_connect, 0, p, 16));
	DO(syscall(SYS_clock_gettime, 1, p));
	DO(syscall(SYS_futex, p, 1, 1, NULL, NULL, 0));
	IN_CHILD(fclose(p));
	ON("fresh", syscall(SYS_connect, fd, p, 16));
	ON("fresh", syscall(SYS_sendto, fd, "a", 1, MSG_FASTOPEN, p, 16));
	ON("tcp", syscall(SYS_recvmsg, fd, p, 0));
	ON("tcp", syscall(SYS_recvmsg, fd, msg_of(NULL, 0, iov_of("", 0), 1, p, 64), 0));
	ON("listening", syscall(SYS_accept4, fd, p, p, 0));
	ON("tcp", syscall(SYS_setsockopt, fd, SOL_SOCKET, SO_KEEPALIVE, p, 4));
}

/* Some of the timeouts libc reads itself, and may die of. */
static void waits(void *p)
{
	int set = epoll_create1(0), end[2];
	struct epoll_event e = {.events = EPOLLOUT};
	struct timespec soon = {0, 1000};
	struct pollfd fd = {.events = POLLOUT};
	fd_set out;

	/* Ready, as without a timeout all these wait for ever. */
	tcp_pair(end);
	fd.fd = end[0];
	FD_ZERO(&out);
	FD_SET(end[0], &out);
	sure(epoll_ctl(set, EPOLL_CTL_ADD, end[0], &e) == 0, "epoll_ctl");
	IN_CHILD(poll(p, 1, 0));
	IN_CHILD(poll(p, 0, 0));
	IN_CHILD(poll(p, -1, 0));
	IN_CHILD(ppoll(p, 1, &soon, NULL));
	IN_CHILD(ppoll(&fd, 1, p, NULL));
	IN_CHILD(ppoll(&fd, 1, &soon, p));
	IN_CHILD(select(1, p, NULL, NULL, &(struct timeval){0, 1}));
	IN_CHILD(select(1, NULL, NULL, p, &(struct timeval){0, 1}));
	IN_CHILD(select(fd.fd + 1, NULL, &out, NULL, p));
	IN_CHILD(pselect(1, NULL, p, NULL, &soon, NULL));
	IN_CHILD(pselect(fd.fd + 1, NULL, &out, NULL, p, NULL));
	IN_CHILD(pselect(0, NULL, NULL, NULL, &soon, p));
	IN_CHILD(epoll_wait(set, p, 1, 0));
	IN_CHILD(epoll_wait(set, p, -1, 0));
	IN_CHILD(epoll_pwait(set, p, 1, 0, NULL));
	IN_CHILD(epoll_pwait(set, &e, 1, 0, p));
	IN_CHILD(epoll_pwait2(set, p, 1, &soon, NULL));
	IN_CHILD(epoll_pwait2(set, &e, 1, p, NULL));
	IN_CHILD(epoll_pwait2(-1, &e, 1, p, NULL));
	IN_CHILD(epoll_pwait2(set, &e, 1, &soon, p));
	close(set);
	close(end[0]);
	close(end[1]);
}

static void each(void (*part)(void *p))
{
	part(NULL);
	say("== low");
	part((void *)16);
	say("== the kernel's");
	part((void *)-4096);
	say("== no address at all");
	part((void *)0x8000000000000000);
	say("== two bytes of it there");
	part(state_edge() - 2);
}

int torture(const char *variant)
{
	block_sigpipe();
	switch (variant[1]) {
	case 'o': each(sockets); break;
	case 'i': each(signals); break;
	case 'r': each(programs); break;
	case 't': each(others); break;
	case 'a': each(waits); break;
	}
	return 0;
}
