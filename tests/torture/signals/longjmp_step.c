/* SPDX-License-Identifier: MIT */
/* A handler leaves a call by siglongjmp() after its first instruction, its second, … until it is
 * through.  Nothing is held that was not before, and the call works.
 * variants: send recv dead
 * cflags: -Wl,-z,now
 */
#include "reenter.h"

#include <setjmp.h>

static sigjmp_buf back;
static volatile long before_jump;
static int pair[2];

static void on_step(int sig, siginfo_t *info, void *context)
{
	extern char __executable_start[], etext[];
	char *at = (char *)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];

	if ((at < __executable_start || at >= etext) && before_jump-- == 0)
		raise(SIGUSR1); /* comes now, or when the call no longer blocks it */
}

static void on_signal(int sig)
{
	siglongjmp(back, 1);
}

static void make_send(void)
{
	MADE(send(pair[0], "x", 1, MSG_NOSIGNAL | MSG_DONTWAIT));
	drain(pair[1]);
}

static void make_recv(void)
{
	char byte;

	feed(pair[1]);
	MADE(recv(pair[0], &byte, 1, MSG_DONTWAIT));
}

/* A new connection, dead before the call: the whole way of a verdict and its line. */
static void make_dead(void)
{
	char byte;

	unix_pair(pair);
	feed(pair[0]);
	unseen_close(pair[1]);
	MADE(recv(pair[0], &byte, 1, MSG_DONTWAIT));
}

/* Until the call gets through before the handler leaves it; how often it left. */
static long leave_everywhere(void (*make)(void))
{
	volatile long n = 0;

	for (;; n += 1 + n / 64) { /* a long way is left at fewer places */
		before_jump = n;
		if (sigsetjmp(back, 1) == 0) {
			make();
			if (before_jump >= 0)
				return n;
		}
		if (make == make_dead)
			close(pair[0]);
	}
}

int torture(const char *variant)
{
	struct sigaction a = {.sa_sigaction = on_step, .sa_flags = SA_SIGINFO};

	sigaction(SIGTRAP, &a, NULL);
	signal(SIGUSR1, on_signal);
	unix_pair(pair);
	sure(leave_everywhere(*variant == 's'   ? make_send
			      : *variant == 'r' ? make_recv
						: make_dead) > 3,
		"the call was not left");
	if (*variant == 'd')
		unix_pair(pair);
	drain(pair[0]);
	DO(send(pair[0], "ab", 2, 0));
	DO(send(pair[1], "ab", 2, 0));
	return 0;
}
