/* SPDX-License-Identifier: MIT */
/* How a program is scheduled, and what it may have, is not for the shim to change: not at start,
 * not at a death.
 * variants: nice fifo batch oom personality
 * needs: root
 */
#include "wrapped.h"

#include <sched.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static long oom_score(void)
{
	FILE *f = fopen("/proc/self/oom_score_adj", "re");
	char text[32] = "";

	sure(f && fgets(text, sizeof(text), f) && fclose(f) == 0, "oom_score_adj");
	return atol(text);
}

static void look(void)
{
	struct sched_param param;

	DO(getpriority(PRIO_PROCESS, 0));
	DO(sched_getscheduler(0));
	DO(sched_getparam(0, &param));
	say("priority %d, oom %ld, personality %x, timer slack %d", param.sched_priority,
		oom_score(), personality(0xffffffff), prctl(PR_GET_TIMERSLACK));
}

static void set(const char *how)
{
	struct sched_param first = {.sched_priority = 1}, none = {0};
	FILE *f;

	if (!strcmp(how, "nice")) {
		sure(nice(7) == 7, "nice");
	} else if (!strcmp(how, "fifo")) {
		DO(sched_setscheduler(0, SCHED_FIFO, &first)); /* a container may not */
	} else if (!strcmp(how, "batch")) {
		sure(sched_setscheduler(0, SCHED_BATCH, &none) == 0, "batch");
	} else if (!strcmp(how, "oom")) {
		f = fopen("/proc/self/oom_score_adj", "we");
		sure(f && fprintf(f, "321") > 0 && fclose(f) == 0, "oom");
	} else {
		sure(personality(ADDR_NO_RANDOMIZE | ADDR_COMPAT_LAYOUT) >= 0, "personality");
	}
}

int torture(const char *variant)
{
	pid_t pid;

	if (!strcmp(variant, "+")) {
		look();
		wrapped_all();
		look();
		return 0;
	}
	pid = fork();
	if (!pid) {
		set(variant);
		execl("/proc/self/exe", "scheduled", "+", NULL);
		_exit(98);
	}
	say("status %d", child_status(pid));
	return 0;
}
