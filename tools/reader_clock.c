/* SPDX-License-Identifier: MIT */
/* See reader_clock.h. */
#include "reader_clock.h"

#include <stdlib.h>
#include <time.h>

/* Tickets are taken before the time is: so much, and more, a writer may be preempted between. */
#define DISORDER_NS 1000000000

void reader_clock_start(struct reader_clock *c, struct reader_boot *b, int64_t mono, int64_t real)
{
	c->offset_ns[0] = real - mono;
	c->boots = 1;
	*b = (struct reader_boot){.latest_ns = mono, .offset_ns = real - mono};
}

/* The boot of this offset: one that is known, give or take what clocks were slewed meanwhile. */
static int64_t boot_of(struct reader_clock *c, int64_t offset)
{
	for (unsigned i = 0; i < c->boots; i++)
		if (llabs(c->offset_ns[i] - offset) < DISORDER_NS)
			return c->offset_ns[i];
	if (c->boots < READER_BOOTS_MAX)
		c->offset_ns[c->boots++] = offset;
	return offset;
}

int64_t reader_clock_shift(
	struct reader_clock *c, struct reader_boot *b, int64_t mono, int64_t real)
{
	if (mono < b->latest_ns - DISORDER_NS)
		*b = (struct reader_boot){.offset_ns = boot_of(c, real - mono)};
	if (mono > b->latest_ns)
		b->latest_ns = mono;
	return b->offset_ns;
}

int64_t reader_clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t reader_clock_shifted(const struct reader_boot *b, int64_t now)
{
	return now < b->latest_ns - DISORDER_NS ? INT64_MAX : now + b->offset_ns;
}
