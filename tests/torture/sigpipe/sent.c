/* SPDX-License-Identifier: MIT */
/* A SIGPIPE that no write raised acts as ever, also right after a failed write to a socket, in a
 * program with a live one: the default action ends it, a handler is told who sent it.
 * variants: default handler
 */
#include "dead.h"

#include <fcntl.h>

static int dead_fd, live[2];

static void by_raise(void)
{
	raise(SIGPIPE);
}

static void by_kill(void)
{
	kill(getpid(), SIGPIPE);
}

static void by_kill_instruction(void)
{
	unseen_syscall(SYS_kill, getpid(), SIGPIPE, 0, 0, 0, 0);
}

static void by_syscall_tgkill(void)
{
	syscall(SYS_tgkill, getpid(), gettid(), SIGPIPE);
}

static void by_pthread_kill(void)
{
	pthread_kill(pthread_self(), SIGPIPE);
}

static void by_sigqueue(void)
{
	sigqueue(getpid(), SIGPIPE, (union sigval){.sival_int = 7});
}

static void by_kill_group(void)
{
	setpgid(0, 0);
	kill(0, SIGPIPE);
}

static void by_timer(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGPIPE};
	struct itimerspec soon = {.it_value.tv_nsec = 1};
	timer_t timer;

	sure(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0, "timer_create");
	sure(timer_settime(timer, 0, &soon, NULL) == 0, "timer_settime");
	await_flag(&caught.times, 1);
	timer_delete(timer);
}

/* SIGIO's place taken by SIGPIPE: the live socket becomes readable. */
static void by_sigio(void)
{
	sure(fcntl(live[1], F_SETOWN, getpid()) == 0 && fcntl(live[1], F_SETSIG, SIGPIPE) == 0 &&
			fcntl(live[1], F_SETFL, O_ASYNC) == 0,
		"fcntl");
	write(live[0], "y", 1);
}

static void by_child(void)
{
	pid_t parent = getpid(), pid = fork();

	if (!pid) {
		kill(parent, SIGPIPE);
		_exit(0);
	}
	child_status(pid);
}

/* It waits, blocked, and comes when that ends. */
static void by_unblocking(void)
{
	mask_sigpipe(SIG_BLOCK);
	kill(getpid(), SIGPIPE);
	send(dead_fd, "y", 1, MSG_NOSIGNAL);
	mask_sigpipe(SIG_UNBLOCK);
}

static void by_ppoll(void)
{
	struct pollfd p = {.fd = live[0], .events = POLLOUT};
	sigset_t none;

	sigemptyset(&none);
	mask_sigpipe(SIG_BLOCK);
	kill(getpid(), SIGPIPE);
	ppoll(&p, 1, NULL, &none);
	p.events = POLLIN;
	ppoll(&p, 1, &(struct timespec){0, 0}, &none);
	mask_sigpipe(SIG_UNBLOCK);
}

static const struct {
	const char *name;
	void (*send)(void);
} SENDERS[] = {
	{"raise", by_raise},
	{"kill", by_kill},
	{"kill by instruction", by_kill_instruction},
	{"tgkill", by_syscall_tgkill},
	{"pthread_kill", by_pthread_kill},
	{"sigqueue", by_sigqueue},
	{"kill the group", by_kill_group},
	{"timer", by_timer},
	{"SIGIO", by_sigio},
	{"a child", by_child},
	{"unblocking", by_unblocking},
	{"ppoll", by_ppoll},
};

static void child(const char *variant, void (*send_it)(void))
{
	unix_pair(live);
	dead_fd = dead("tcp");
	if (*variant == 'h')
		set_siginfo(0);
	sure(write(live[0], "x", 1) == 1 && send(dead_fd, "y", 1, MSG_NOSIGNAL) < 0, "write");
	errno = EPIPE;
	send_it();
	say_caught("lives");
	_exit(0);
}

int torture(const char *variant)
{
	for (size_t s = 0; s < COUNT(SENDERS); s++) {
		pid_t pid = fork();

		sure(pid >= 0, "fork");
		if (!pid)
			child(variant, SENDERS[s].send);
		say("%s: %d", SENDERS[s].name, child_status(pid));
	}
	return 0;
}
