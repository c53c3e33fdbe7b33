/* SPDX-License-Identifier: MIT */
/*
 * Which chunks are there to be read: their tickets, in order.  Those of the last lap are where they
 * belong.  Of earlier laps there are some where whoever was to reuse a chunk was killed before.
 */
#ifndef PEERLESS_TOOLS_READER_FEED_H
#define PEERLESS_TOOLS_READER_FEED_H

#include "reader_loss.h"

struct reader_feed {
	uint32_t chunks, places; /* that the header promises, and that are in the file */
	uint64_t next, last;     /* tickets of the last lap */
	uint32_t *old;           /* tickets of earlier laps, sorted */
	size_t old_count, old_next, old_size;
	uint64_t damaged; /* chunks with a ticket that cannot be theirs */
};

/* Looks at all chunks. */
void reader_feed_start(struct reader_feed *d, const struct reader_file *f, uint64_t tickets);
void reader_feed_end(struct reader_feed *d);

/* So many tickets have been given out by now.  What was reused already is left out. */
void reader_feed_more(struct reader_feed *d, struct reader_loss *l, uint64_t tickets);

/* The next ticket; 0: none. */
uint32_t reader_feed_next(struct reader_feed *d);

#endif
