/* SPDX-License-Identifier: MIT */
/*
 * From CLOCK_MONOTONIC, which records hold, to CLOCK_REALTIME, which events have: by the clock pair
 * of the header.  A recording may outlive a reboot, after which CLOCK_MONOTONIC begins anew: from
 * there on the clock pair holds that came with the first chunk or story of that boot.
 */
#ifndef PEERLESS_TOOLS_READER_CLOCK_H
#define PEERLESS_TOOLS_READER_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum { READER_BOOTS_MAX = 64 };

/* Boots that are known, so that chunks and stories of one agree to the nanosecond. */
struct reader_clock {
	int64_t offset_ns[READER_BOOTS_MAX]; /* REALTIME - MONOTONIC */
	unsigned boots;
};

/* Where one series of tickets is: of chunks, or of stories. */
struct reader_boot {
	int64_t latest_ns; /* MONOTONIC, of this boot */
	int64_t offset_ns;
};

void reader_clock_start(struct reader_clock *c, struct reader_boot *b, int64_t mono, int64_t real);

/* The next ticket's times, in the order of tickets: what its times are to be shifted by. */
int64_t reader_clock_shift(
	struct reader_clock *c, struct reader_boot *b, int64_t mono, int64_t real);

/* CLOCK_MONOTONIC now. */
int64_t reader_clock_now(void);

/*
 * Now, as events of this boot have it.  INT64_MAX where the machine has been booted since: nobody
 * is about to write what ended then.
 */
int64_t reader_clock_shifted(const struct reader_boot *b, int64_t now);

#endif
