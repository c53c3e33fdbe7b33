/* SPDX-License-Identifier: MIT */
/* See sentinel_pace.h. */
#include "sentinel_pace.h"

#include <poll.h>
#include <time.h>

#include "judge_evidence.h"
#include "runtime/process.h"
#include "sentinel.h"

enum {
	LOOK_NEW_MS = 2000,  /* or a tenth of DETECT_WITHIN: new connections are found by then */
	LOOK_MANY_MS = 3000, /* or a fifth of the bound: the pace gets no slower than that */
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

uint32_t pace_new_ms(void)
{
	int64_t within = process_settings.base.detect_within_ms;

	for (unsigned i = 0; i < process_settings.rule_count; i++)
		within = least(within, process_settings.rule[i].config.detect_within_ms);
	return (uint32_t)least(within / 10, LOOK_NEW_MS);
}

/* Who asks for a short bound with more than some 10 000 connections pays for it. */
int64_t pace_pause_ms(int64_t cost_ns, uint32_t within_ms)
{
	return least(cost_ns * SENTINEL_SHARE / 1000000, most(within_ms / 5, LOOK_MANY_MS));
}

/*
 * A process that ends is a reason to look, but where they come and go that keeps its pace too;
 * unless it was the last one.
 */
bool pace_rest(const struct family *f, int signals, int64_t wait_ms, int64_t least_ms)
{
	struct pollfd p = {.fd = signals, .events = POLLIN};
	int64_t until_ms = now_ms() + least_ms, left;

	family_wait(f, signals, (int)most(most(wait_ms, least_ms), 0));
	if (family_all_ended(f))
		return false;
	left = most(until_ms - now_ms(), 0);
	return poll(&p, 1, (int)left) <= 0;
}
