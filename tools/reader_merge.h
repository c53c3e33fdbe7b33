/* SPDX-License-Identifier: MIT */
/*
 * All chunks and stories of a recording as one stream in the order of time.
 *
 * While it is being written, what ended in the last 50 ms is held back: what ended earlier may not
 * have been written yet.  The file is looked at anew every 10 ms, however often one asks.
 */
#ifndef PEERLESS_TOOLS_READER_MERGE_H
#define PEERLESS_TOOLS_READER_MERGE_H

#include "reader_chunks.h"
#include "reader_story.h"

struct reader_merge {
	const struct reader_file *file;
	struct reader_counters counters; /* as of the last look */
	struct reader_chunks chunks;
	struct reader_story stories;
	bool taken;    /* the first chunk's record was handed out */
	bool finished; /* nobody writes any more: one last look */
};

/* One of both. */
struct reader_merge_item {
	const struct reader_chunk *chunk; /* its record is next */
	const struct story *story;
	int64_t key_ns;  /* when it ended, REALTIME */
	int64_t late_ns; /* of a story: so long after it was told, behind the call that tells it */
};

void reader_merge_start(struct reader_merge *m, const struct reader_file *f,
	struct reader_conn *names, bool follow);
void reader_merge_end(struct reader_merge *m);

/* What comes next; false: nothing, or nothing yet.  It stays next until it is taken. */
bool reader_merge_next(struct reader_merge *m, struct reader_merge_item *item);
/* Its bytes stay good until reader_merge_next(). */
void reader_merge_take(struct reader_merge *m, const struct reader_merge_item *item);
/* Nobody writes any more. */
void reader_merge_finish(struct reader_merge *m);

/* CLOCK_MONOTONIC of the last look; INT64_MAX: nobody writes. */
static inline int64_t reader_merge_now(const struct reader_merge *m)
{
	return m->chunks.now;
}

#endif
