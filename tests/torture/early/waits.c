/* SPDX-License-Identifier: MIT */
/* Waiting and fork() at every moment of a process' life: timeouts are left, or left as what is
 * left of them, masks hold while it waits, and no longer.
 */
#include "case.h"

#include <sys/epoll.h>
#include <sys/select.h>

int __poll_chk(struct pollfd *fds, nfds_t n, int timeout, size_t len);
int __ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask,
	size_t len);

static volatile int handled;

static void on_signal(int sig)
{
	handled += sig == SIGUSR1;
}

static void polls(int fd)
{
	struct pollfd p[2] = {{fd, POLLIN, 0}, {fd, POLLOUT, 0}};
	struct timespec t = {1, 5};

	DO(poll(p, 1, 0));
	DO(poll(p, 2, -1));
	DO(poll(NULL, 0, 1));
	DO(__poll_chk(p, 2, 0, sizeof(p)));
	DO(ppoll(p, 2, &t, NULL));
	DO(ppoll(p, 2, NULL, NULL));
	DO(__ppoll_chk(p, 2, &t, NULL, sizeof(p)));
	say("timeout: %ld %ld", (long)t.tv_sec, t.tv_nsec);
	DO(ppoll(p, 1, &(struct timespec){0, 1000000000}, NULL));
}

static void selects(int fd)
{
	struct timeval v = {100, 1500000};
	struct timespec t = {1, 5};
	fd_set set;

	FD_ZERO(&set);
	FD_SET(fd, &set);
	DO(select(fd + 1, NULL, &set, NULL, &v));
	say("left: %d, set: %d", v.tv_sec <= 101 && v.tv_sec > 50, FD_ISSET(fd, &set));
	DO(select(fd + 1, &set, NULL, NULL, &(struct timeval){0, 1}));
	say("set: %d", FD_ISSET(fd, &set));
	FD_SET(fd, &set);
	DO(pselect(fd + 1, NULL, &set, NULL, &t, NULL));
	say("timeout: %ld %ld", (long)t.tv_sec, t.tv_nsec);
	DO(pselect(-1, NULL, NULL, NULL, &t, NULL));
	DO(select(0, NULL, NULL, NULL, &(struct timeval){-1, 0}));
}

static void events(int fd)
{
	struct epoll_event e = {EPOLLIN | EPOLLOUT, {.u64 = 0xfeedfeedfeedULL}};
	int set = epoll_create1(0);

	DO(epoll_ctl(set, EPOLL_CTL_ADD, fd, &e));
	DO(epoll_wait(set, &e, 1, -1));
	say("event: %x %llx", e.events, (unsigned long long)e.data.u64);
	DO(epoll_pwait(set, &e, 1, 0, NULL));
	DO(epoll_pwait2(set, &e, 1, &(struct timespec){1, 5}, NULL));
	DO(epoll_wait(set, &e, 0, 0));
	DO(epoll_pwait(-1, &e, 1, 0, NULL));
	DO(epoll_pwait2(fd, &e, 1, NULL, NULL));
	close(set);
}

/* A child of which libc knows nothing: libc's fork(), and signal(), end the earliest moment. */
static pid_t child(void)
{
	return (pid_t)unseen_syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0);
}

/* More descriptors than there is room for: libc ends the program. */
static void overflows(int fd)
{
	struct pollfd p[2] = {{fd, POLLIN, 0}, {fd, POLLIN, 0}};
	struct timespec at_once = {0, 0};
	volatile nfds_t n = 2;
	pid_t pid[2];

	for (int i = 0; i < 2; i++) {
		pid[i] = child();
		if (pid[i])
			continue;
		close(2);
		i ? __ppoll_chk(p, n, &at_once, NULL, sizeof(*p)) : __poll_chk(p, n, 0, sizeof(*p));
		_exit(0);
	}
	say("overflow: %d %d", child_status(pid[0]), child_status(pid[1]));
}

/* A signal that is pending and blocked ends a child that waits with another mask. */
#define DIES(call)                                                                             \
	do {                                                                                   \
		pid_t pid_ = child();                                                          \
                                                                                               \
		if (!pid_) {                                                                   \
			sigprocmask(SIG_BLOCK, &blocked, NULL);                                \
			unseen_syscall(SYS_kill, unseen_syscall(SYS_getpid, 0, 0, 0, 0, 0, 0), \
				SIGUSR1, 0, 0, 0, 0);                                          \
			call;                                                                  \
			_exit(9);                                                              \
		}                                                                              \
		say(#call ": %d", child_status(pid_));                                         \
	} while (0)

static void dies(int fd)
{
	struct pollfd p = {fd, POLLIN, 0};
	struct timespec soon = {0, 1000};
	struct epoll_event e = {0};
	int set = epoll_create1(0);
	sigset_t blocked, none;

	sigemptyset(&none);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	DIES(ppoll(&p, 1, &soon, &none));
	DIES(ppoll(&p, 1, &soon, NULL));
	DIES(__ppoll_chk(&p, 1, &soon, &none, sizeof(p)));
	DIES(pselect(0, NULL, NULL, NULL, &soon, &none));
	DIES(pselect(0, NULL, NULL, NULL, &soon, NULL));
	DIES(epoll_pwait(set, &e, 1, 1, &none));
	DIES(epoll_pwait2(set, &e, 1, &soon, &none));
	close(set);
}

/* A signal that is pending and blocked comes while it waits with another mask, and only then. */
static void masks(int fd)
{
	struct pollfd p = {fd, POLLIN, 0};
	struct epoll_event e = {0};
	int set = epoll_create1(0);
	sigset_t blocked, before, none;

	signal(SIGUSR1, on_signal);
	sigemptyset(&none);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	sigprocmask(SIG_BLOCK, &blocked, &before);
#define PENDING(call) (raise(SIGUSR1), handled = 0, DO(call), say("handled: %d", handled))
	PENDING(ppoll(&p, 1, NULL, &none));
	PENDING(pselect(0, NULL, NULL, NULL, NULL, &none));
	PENDING(epoll_pwait(set, &e, 1, -1, &none));
	PENDING(epoll_pwait2(set, &e, 1, NULL, &none));
	PENDING(__ppoll_chk(&p, 1, &(struct timespec){0, 0}, &blocked, sizeof(p)));
	sigprocmask(SIG_SETMASK, &before, NULL);
	say("handled: %d", handled);
	close(set);
}

static void forks(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(poll(NULL, 0, 0) == 0 ? 7 : 8);
	say("child: %d", child_status(pid));
}

static void all(const char *when)
{
	int end[2];

	say("-- %s", when);
	unix_pair(end);
	polls(end[0]);
	selects(end[0]);
	events(end[0]);
	overflows(end[0]);
	dies(end[0]);
	masks(end[0]);
	forks();
	close(end[0]);
	close(end[1]);
}

static void pre(int argc, char **argv, char **envp)
{
	(void)argc, (void)argv, (void)envp;
	all(".preinit_array");
}

__attribute__((section(".preinit_array"), used)) static void (*const pre_slot)(
	int, char **, char **) = pre;

__attribute__((constructor(101))) static void earliest(void)
{
	all("constructor");
}

__attribute__((destructor(101))) static void latest(void)
{
	all("destructor");
}

int torture(const char *variant)
{
	(void)variant;
	all("torture");
	return 0;
}
