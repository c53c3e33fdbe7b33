/* SPDX-License-Identifier: MIT */
/* See live.h. */
#include "live.h"

#include <time.h>

#include "util.h"

enum {
	LOOK_MS = 40,  /* at the recording: what a line is late by, beside reader_next()'s */
	SCAN_MS = 200, /* at /proc */
	AGAIN_MS = 30, /* until the second scan that finds nobody: one may be within execve(2) */
	PATIENCE_MS = 1000, /* until it is said whom we wait for */
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void step(struct live *l, int64_t most_ms)
{
	bool more = output_drain(l->output, l->reader);

	supervise_wait(&l->supervise, more ? 0 : (int)(most_ms < LOOK_MS ? most_ms : LOOK_MS));
}

void live_until_end(struct live *l)
{
	while (!l->supervise.ended)
		step(l, LOOK_MS);
}

static void serve(struct live *l, int64_t ms)
{
	int64_t until = now_ms() + ms, left;

	while (!l->supervise.asked && (left = until - now_ms()) > 0)
		step(l, left);
}

void live_until_alone(struct live *l, bool tell)
{
	int64_t patient_until = now_ms() + PATIENCE_MS;
	bool alone = false;

	while (!l->supervise.asked) {
		pid_t pid = mapped_by(&l->mapped);

		if (!pid && alone)
			return;
		alone = !pid;
		if (pid && tell && now_ms() >= patient_until) {
			say("%d is still being traced; Ctrl-C ends the tracing, not it", (int)pid);
			tell = false;
		}
		serve(l, pid ? SCAN_MS : AGAIN_MS);
	}
}

/* Whoever asks once more does not want the rest either. */
void live_finish(struct live *l)
{
	unsigned asked = l->supervise.asked;

	reader_finish(l->reader);
	while (output_drain(l->output, l->reader) && l->supervise.asked == asked)
		supervise_wait(&l->supervise, 0);
}
