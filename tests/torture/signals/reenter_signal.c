/* SPDX-License-Identifier: MIT */
/* Calls that change what SIGPIPE does, each made by a handler at every instruction of itself; the
 * handler puts back what it found.  In the end SIGPIPE does what the program has said last.
 * variants: dfl handler
 * cflags: -Wl,-z,now -Wno-deprecated-declarations
 * slow: traced
 */
#include "reenter.h"

int __sigaction(int sig, const struct sigaction *act, struct sigaction *old);
sighandler_t bsd_signal(int sig, sighandler_t handler);
sighandler_t __sysv_signal(int sig, sighandler_t handler);

static sighandler_t usual; /* SIGPIPE's, whenever no op is at it */
static volatile int raised;

static void on_pipe(int sig)
{
	raised++;
}

static void make_sigaction_by(int (*call)(int, const struct sigaction *, struct sigaction *))
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, old, now;

	WANT(0, 0, call(SIGPIPE, &ignore, &old));
	WANT(0, 0, call(SIGPIPE, NULL, &now));
	if (now.sa_handler != SIG_IGN)
		went_wrong("sigaction", (long)now.sa_handler);
	WANT(0, 0, call(SIGPIPE, &old, NULL));
}

static void make_sigaction(const struct side *s)
{
	make_sigaction_by(sigaction);
}

static void make_sigaction_alias(const struct side *s)
{
	make_sigaction_by(__sigaction);
}

static void make_signal_by(sighandler_t (*call)(int, sighandler_t))
{
	const sighandler_t old = (sighandler_t)MADE(call(SIGPIPE, SIG_IGN));

	if ((old != usual && old != SIG_IGN) || errno != ERRNO_KEPT)
		went_wrong("signal", (long)old);
	WANT((long)SIG_IGN, 0, call(SIGPIPE, old));
}

static void make_signal(const struct side *s)
{
	make_signal_by(signal);
}

static void make_bsd_signal(const struct side *s)
{
	make_signal_by(bsd_signal);
}

static void make_ssignal(const struct side *s)
{
	make_signal_by(ssignal);
}

static void make_sysv_signal(const struct side *s)
{
	make_signal_by(sysv_signal);
}

static void make_sysv_signal_alias(const struct side *s)
{
	make_signal_by(__sysv_signal);
}

static void make_sigset(const struct side *s)
{
	make_signal_by(sigset);
}

static void make_sigignore(const struct side *s)
{
	WANT(0, 0, sigignore(SIGPIPE));
	if ((sighandler_t)MADE(signal(SIGPIPE, usual)) != SIG_IGN && !depth && calls == 0)
		went_wrong("sigignore", 0);
}

static void make_other(const struct side *s)
{
	WANT((long)SIG_DFL, 0, signal(SIGUSR2, SIG_DFL));
	WANT(-1, EINVAL, sigaction(SIGKILL, &(struct sigaction){.sa_handler = SIG_IGN}, NULL));
}

static const struct op ops[] = {
	{"sigaction", make_sigaction},
	{"__sigaction", make_sigaction_alias, CALLS / 5},
	{"signal", make_signal},
	{"bsd_signal", make_bsd_signal, CALLS / 5},
	{"ssignal", make_ssignal, CALLS / 5},
	{"sysv_signal", make_sysv_signal, CALLS / 5},
	{"__sysv_signal", make_sysv_signal_alias, CALLS / 5},
	{"sigset", make_sigset, CALLS / 5},
	{"sigignore", make_sigignore, CALLS / 5},
	{"of other signals", make_other, CALLS / 5},
	{NULL},
};

/* Does the last word count?  (With SIG_DFL the signal is kept from killing by MSG_NOSIGNAL.) */
static void check(int end[2])
{
	signal(SIGPIPE, usual);
	close(end[1]);
	DO(send(end[0], "x", 1, usual == SIG_DFL ? MSG_NOSIGNAL : 0));
	if (usual != SIG_DFL)
		DO(write(end[0], "x", 1));
	say("SIGPIPE: %d", raised);
}

int torture(const char *variant)
{
	int end[2];

	make_sides(unix_pair);
	unix_pair(end);
	DO(write(end[0], "x", 1)); /* the shim has a stream socket to be careful of */
	DO(write(end[1], "x", 1));
	usual = *variant == 'd' ? SIG_DFL : on_pipe;
	signal(SIGPIPE, usual);
	reenter(ops);
	check(end);
	return 0;
}
