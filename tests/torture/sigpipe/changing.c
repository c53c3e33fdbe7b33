/* SPDX-License-Identifier: MIT */
/* The disposition is changed between writes, by each function there is for it: what each hands
 * back, what sigaction() shows afterwards, and what the next write does.
 * variants: tcp unix pipe
 */
#include "dead.h"

extern __typeof__(sigaction) __sigaction;
extern __typeof__(signal) bsd_signal;

static int fd;

/* One line of what a write did: its result, the signals, and what the disposition is then. */
static void child(bool unseen)
{
	struct sigaction after;
	long ret;

	errno = ERRNO_KEPT;
	ret = unseen ? dprintf(fd, "y") : write(fd, "y", 1);
	say("%s = %ld %s; %d signals, code %d, blocked %d; then %s", unseen ? "dprintf" : "write",
		ret, errname(errno), caught.times, caught.code, caught.blocked,
		sigaction(SIGPIPE, NULL, &after) ? "?" : handler_is(after.sa_handler));
	_exit(0);
}

/* In a child, since it may be the end of it. */
static void next_write(void)
{
	int unseen, status;

	say_shown("shown");
	for (unseen = 0; unseen < 2; unseen++) {
		pid_t pid = fork();

		sure(pid >= 0, "fork");
		if (!pid)
			child(unseen);
		status = child_status(pid);
		if (status)
			say("status %d", status);
	}
}

#define SET(call)                                                   \
	(errno = ERRNO_KEPT,                                        \
		say("%s = %s %s", #call, handler_is(call),          \
			errno == ERRNO_KEPT ? "" : errname(errno)), \
		next_write())

static void by_signal(void)
{
	SET(signal(SIGPIPE, SIG_IGN));
	SET(signal(SIGPIPE, on_sigpipe));
	SET(signal(SIGPIPE, SIG_DFL));
	SET(signal(SIGPIPE, SIG_ERR));
	SET(signal(SIGPIPE, SIG_DFL));
	SET(bsd_signal(SIGPIPE, on_sigpipe));
	SET(bsd_signal(SIGPIPE, SIG_DFL));
	SET(ssignal(SIGPIPE, SIG_IGN));
	SET(ssignal(SIGPIPE, SIG_DFL));
	SET(sysv_signal(SIGPIPE, on_sigpipe));
	SET(sysv_signal(SIGPIPE, SIG_DFL));
	SET(__sysv_signal(SIGPIPE, SIG_IGN));
	SET(__sysv_signal(SIGPIPE, SIG_DFL));
}

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

static void by_sigset(void)
{
	SET(sigset(SIGPIPE, on_sigpipe));
	SET(sigset(SIGPIPE, SIG_HOLD));
	SET(sigset(SIGPIPE, SIG_DFL));
	SET(sigset(SIGPIPE, SIG_HOLD));
	SET(sigset(SIGPIPE, SIG_IGN));
	SET(sigset(SIGPIPE, SIG_DFL));
	DO(sigignore(SIGPIPE));
	next_write();
	SET(sigset(SIGPIPE, on_sigpipe));
	DO(siginterrupt(SIGPIPE, 1));
	next_write();
	SET(signal(SIGPIPE, on_sigpipe));
	DO(siginterrupt(SIGPIPE, 0));
	next_write();
	SET(signal(SIGPIPE, SIG_DFL));
	DO(siginterrupt(SIGPIPE, 1));
	next_write();
	DO(siginterrupt(SIGPIPE, 0));
	next_write();
	DO(sighold(SIGPIPE));
	next_write();
	DO(sigrelse(SIGPIPE));
}

static void action(bool aliased, void *handler, int flags)
{
	struct sigaction a = {.sa_handler = (void (*)(int))handler, .sa_flags = flags}, old;

	sigaddset(&a.sa_mask, SIGUSR1);
	memset(&old, 0x55, sizeof(old));
	if (aliased)
		DO(__sigaction(SIGPIPE, &a, &old));
	else
		DO(sigaction(SIGPIPE, &a, &old));
	say_action("old", &old);
	next_write();
}

static void by_sigaction(bool aliased)
{
	action(aliased, SIG_IGN, 0);
	action(aliased, on_sigpipe, SA_NODEFER);
	action(aliased, on_sigpipe, SA_RESETHAND | SA_RESTART);
	action(aliased, on_siginfo, SA_SIGINFO | SA_ONSTACK);
	action(aliased, SIG_DFL, SA_RESTART | SA_SIGINFO);
	action(aliased, SIG_IGN, SA_SIGINFO);
	action(aliased, SIG_DFL, SA_RESTART | SA_NODEFER);
	action(aliased, SIG_DFL, 0);
	DO(sigaction(SIGPIPE, NULL, NULL));
	DO(sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_DFL}, NULL));
	next_write();
}

int torture(const char *variant)
{
	view_wanted = false;
	fd = dead(variant);
	if (*variant == 'p')
		unix_pair((int[2]){0, 0}); /* live, beside the pipe */
	next_write();
	by_signal();
	by_sigset();
	by_sigaction(false);
	by_sigaction(true);
	return 0;
}
