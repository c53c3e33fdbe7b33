/* SPDX-License-Identifier: MIT */
/*
 * The stories of a recording, by their time.  Their tickets are nearly in that order; so many of
 * them are held that it becomes so.
 */
#ifndef PEERLESS_TOOLS_READER_STORY_H
#define PEERLESS_TOOLS_READER_STORY_H

#include "reader_clock.h"
#include "reader_file.h"

enum { READER_STORIES_HELD = 128 };

struct reader_story {
	uint64_t next; /* ticket */
	uint64_t last; /* that is known to be given out */
	uint64_t lost; /* that were overwritten before they were read */
	uint64_t damaged;
	struct reader_boot boot;
	unsigned count;                     /* of those held */
	uint8_t order[READER_STORIES_HELD]; /* the held ones, by time, ... */
	int64_t key_ns[READER_STORIES_HELD];
	int64_t late_ns[READER_STORIES_HELD];   /* by how much it was put off */
	struct story held[READER_STORIES_HELD]; /* ... wherever they lie; kind is never pending */
	bool drained;                           /* the last load came to the end of what is there */
	/* Behind one that was begun, there is one of this time: that must be waited for. */
	bool waiting;
	int64_t waiting_key_ns;
};

/* From the oldest one on.  The ones before it are lost. */
void reader_story_start(struct reader_story *s, const struct reader_counters *c,
	const struct reader_file *f, struct reader_boot boot);

/* So many tickets have been given out by now. */
void reader_story_more(struct reader_story *s, const struct reader_file *f, uint64_t tickets);

/* Reads on as far as there is room.  now: CLOCK_MONOTONIC; INT64_MAX: nobody writes any more. */
void reader_story_load(struct reader_story *s, const struct reader_file *f,
	struct reader_clock *clock, int64_t now);

/* The earliest, and its time (REALTIME); NULL: none.  Good until reader_story_load(). */
const struct story *reader_story_peek(const struct reader_story *s, int64_t *key_ns);
void reader_story_skip(struct reader_story *s);
/* It is to come later: not before key_ns.  By how much it was put off; 0: it was not. */
void reader_story_put_off(struct reader_story *s, int64_t key_ns);
int64_t reader_story_late(const struct reader_story *s);

static inline enum story_kind reader_story_kind(const struct story *s)
{
	return (enum story_kind)(s->head & 0xff);
}

#endif
