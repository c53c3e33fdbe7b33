/* SPDX-License-Identifier: MIT */
/*
 * Signal dispositions: the program never sees our SIGPIPE handler, and its own replaces ours at
 * once.  Other signals are handed over.  AS-safe as libc's; no new errno.
 */
#include <signal.h>

#include "policy/sigpipe.h"
#include "sys/real.h"

EXPORT int sigaction(int sig, const struct sigaction *act, struct sigaction *old)
{
	if (UNLIKELY(!real_sigaction))
		real_resolve();
	if (UNLIKELY(sig == SIGPIPE))
		return sigpipe_sigaction(act, old);
	return real_sigaction(sig, act, old);
}

EXPORT int __sigaction(int sig, const struct sigaction *act, struct sigaction *old)
	__attribute__((alias("sigaction")));

EXPORT sighandler_t signal(int sig, sighandler_t handler)
{
	if (UNLIKELY(!real_signal))
		real_resolve();
	if (UNLIKELY(sig == SIGPIPE))
		return sigpipe_changed(real_signal(sig, handler));
	return real_signal(sig, handler);
}

EXPORT sighandler_t bsd_signal(int sig, sighandler_t handler) __attribute__((alias("signal")));
EXPORT sighandler_t ssignal(int sig, sighandler_t handler) __attribute__((alias("signal")));

EXPORT sighandler_t sysv_signal(int sig, sighandler_t handler)
{
	if (UNLIKELY(!real_sysv_signal))
		real_resolve();
	if (UNLIKELY(sig == SIGPIPE))
		return sigpipe_changed(real_sysv_signal(sig, handler));
	return real_sysv_signal(sig, handler);
}

EXPORT sighandler_t __sysv_signal(int sig, sighandler_t handler)
	__attribute__((alias("sysv_signal")));

EXPORT sighandler_t sigset(int sig, sighandler_t handler)
{
	if (UNLIKELY(!real_sigset))
		real_resolve();
	if (UNLIKELY(sig == SIGPIPE))
		return sigpipe_changed(real_sigset(sig, handler));
	return real_sigset(sig, handler);
}

EXPORT int sigignore(int sig)
{
	int rc;

	if (UNLIKELY(!real_sigignore))
		real_resolve();
	rc = real_sigignore(sig);
	if (UNLIKELY(sig == SIGPIPE))
		sigpipe_changed(SIG_DFL);
	return rc;
}
