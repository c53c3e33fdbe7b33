/* SPDX-License-Identifier: MIT */
/*
 * All chunks that are being read: those with something to read, by the time of their next record,
 * and those that are quiet and may have more later.
 */
#ifndef PEERLESS_TOOLS_READER_CHUNKS_H
#define PEERLESS_TOOLS_READER_CHUNKS_H

#include "reader_clock.h"
#include "reader_conn.h"
#include "reader_feed.h"
#include "reader_heap.h"

struct reader_chunks {
	const struct reader_file *file;
	struct reader_conn *names; /* of processes, which chunks tell */
	struct reader_clock clock;
	struct reader_boot boot;
	struct reader_feed feed;
	struct reader_loss loss;
	struct reader_heap heap;     /* with a record, or signed and not read yet */
	uint32_t ahead;              /* of those: not read */
	struct reader_chunk **quiet; /* with nothing now */
	size_t quiet_count, quiet_size;
	int64_t now;          /* CLOCK_MONOTONIC of the last look; INT64_MAX: nobody writes */
	int64_t held_back_ns; /* REALTIME: no further, as a record is being waited for */
	uint64_t damaged;     /* chunks */
};

/* tickets: given out so far. */
void reader_chunks_start(struct reader_chunks *m, const struct reader_file *f,
	struct reader_conn *names, uint64_t tickets, int64_t now);
void reader_chunks_end(struct reader_chunks *m);

/* What has come meanwhile. */
void reader_chunks_look_again(struct reader_chunks *m, uint64_t tickets, int64_t now);

/* The chunk whose record ended first; NULL: none ended by then (REALTIME). */
struct reader_chunk *reader_chunks_first(struct reader_chunks *m, int64_t until);
/* Past that record. */
void reader_chunks_skip(struct reader_chunks *m);

/* When (REALTIME) the call ended that a thread was in as it told this; 0: none is known. */
int64_t reader_chunks_call_around(struct reader_chunks *m, const struct story *s);

#endif
