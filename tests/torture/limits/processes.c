/* SPDX-License-Identifier: MIT */
/* No more processes, no core, little processor time, few signals queued, no message queues: as
 * bare, also the deaths of peers.
 * variants: nproc core cpu sigpending
 * needs: root
 */
#include "wrapped.h"

#include <sys/prctl.h>
#include <sys/resource.h>

static void limit(int what, rlim_t soft, rlim_t hard)
{
	const struct rlimit r = {soft, hard};

	sure(setrlimit(what, &r) == 0, "setrlimit");
}

static volatile int ticks;

static void on_sigxcpu(int sig)
{
	ticks += sig == SIGXCPU;
}

static void limited(const char *how)
{
	union sigval v = {.sival_int = 1};

	if (!strcmp(how, "nproc")) {
		limit(RLIMIT_NPROC, 0, 0);
		sure(setresuid(65534, 65534, 65534) == 0, "setresuid");
		DO(fork());
	} else if (!strcmp(how, "core")) {
		limit(RLIMIT_CORE, 0, 0);
	} else if (!strcmp(how, "cpu")) {
		signal(SIGXCPU, on_sigxcpu);
		limit(RLIMIT_CPU, 1, 10);
		while (!ticks)
			wrapped_all();
		return;
	} else {
		limit(RLIMIT_SIGPENDING, 0, 0);
		sure(setresuid(65534, 65534, 65534) == 0, "setresuid");
		signal(SIGRTMIN, SIG_IGN);
		DO(sigqueue(getpid(), SIGRTMIN, v));
	}
	wrapped_all();
}

int torture(const char *variant)
{
	int null = open("/dev/null", O_WRONLY), out = dup(1);
	pid_t pid;

	pid = fork();
	if (!pid) {
		/* Who knows how often. */
		if (!strcmp(variant, "cpu"))
			dup2(null, 1);
		limited(variant);
		dup2(out, 1);
		say("ticks %d", ticks);
		_exit(7);
	}
	say("status %d", child_status(pid));
	close(null);
	close(out);
	return 0;
}
