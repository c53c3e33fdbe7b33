/* SPDX-License-Identifier: MIT */
/* A handler leaves a waiting call by siglongjmp(), many times; then the call works as before.
 * Nested: the signal comes while another handler waits in the same call, and both are left.
 * variants: one nested
 */
#include "blocking.h"

#include <setjmp.h>
#include <ucontext.h>

#define JUMPS 60

static sigjmp_buf back;
static const struct blocking *now;
static struct place place;
static volatile int waiting; /* how many of the program and its handlers do */
static int wanted;           /* how many are to be left at once */

/* The call was waiting, in a system call outside the program's text: it would return EINTR. */
static bool was_waiting(const ucontext_t *c)
{
	extern char __executable_start[], etext[];
	const char *at = (const char *)c->uc_mcontext.gregs[REG_RIP];

	return (at < __executable_start || at >= etext) && c->uc_mcontext.gregs[REG_RAX] == -EINTR;
}

static void on_timer(int sig, siginfo_t *info, void *context)
{
	if (!waiting || !was_waiting(context))
		return;
	if (waiting == wanted) {
		waiting = 0;
		siglongjmp(back, 1);
	}
	waiting++;
	now->call(&place);
	die("it did not wait in the handler");
}

static void timer(long us)
{
	struct itimerval every = {{0, us}, {0, us}};

	setitimer(ITIMER_REAL, &every, NULL);
}

static void leave_often(void)
{
	volatile int jumps;

	for (jumps = 0; jumps < JUMPS; jumps++) {
		if (sigsetjmp(back, 1) == 0) {
			waiting = 1;
			now->call(&place);
			die("it did not wait");
		}
	}
}

int torture(const char *variant)
{
	struct sigaction a = {.sa_sigaction = on_timer, .sa_flags = SA_SIGINFO | SA_NODEFER};

	sigaction(SIGALRM, &a, NULL);
	wanted = *variant == 'n' ? 3 : 1;
	for (now = blocking; now->name; now++) {
		enter(now, &place);
		timer(500);
		leave_often();
		timer(0);
		now->end(&place);
		say("%s:", now->name);
		DO(now->call(&place));
		leave(&place);
	}
	return 0;
}
