/* SPDX-License-Identifier: MIT */
/* See reader.h.  What comes next is reader_merge's to say, what was lost reader_loss's. */
#include "reader.h"

#include "reader_event.h"
#include "reader_merge.h"
#include "runtime/line.h"
#include "util.h"

/* While events are being lost, it is said so often. */
#define LOSS_TOLD_NS 1000000000

enum { MISSING_MAX = 160 };

struct reader {
	struct reader_file file;
	struct reader_merge merge;
	struct reader_conn *conns;
	struct event event;         /* handed out last */
	struct connection *closing; /* by that event */
	int64_t last_ns;            /* when it ended */
	bool loss_told, all_told;
	int64_t loss_told_ns; /* CLOCK_MONOTONIC */
	char *missing;        /* MISSING_MAX of them */
};

struct reader *reader_open(int fd, const char *name, bool follow, char why[READER_WHY_MAX])
{
	struct reader *r = die_if_null(calloc(1, sizeof(*r)));

	if (!reader_file_open(&r->file, fd, name, why)) {
		free(r);
		return NULL;
	}
	r->missing = die_if_null(malloc(MISSING_MAX));
	r->conns = reader_conn_new();
	r->last_ns = r->file.header.real_ns;
	reader_merge_start(&r->merge, &r->file, r->conns, follow);
	return r;
}

void reader_close(struct reader *r)
{
	reader_merge_end(&r->merge);
	reader_conn_free(r->conns);
	free(r->missing);
	free(r);
}

const struct record_header *reader_header(const struct reader *r)
{
	return &r->file.header;
}

void reader_finish(struct reader *r)
{
	reader_merge_finish(&r->merge);
}

static uint64_t overwritten(struct reader *r)
{
	const struct reader_merge *m = &r->merge;

	return reader_loss_overwritten(
		&r->merge.chunks.loss, &m->counters, m->stories.lost, m->chunks.feed.next);
}

static uint64_t sum(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* Everything that was lost and not told. */
static uint64_t all_lost(struct reader *r)
{
	return sum(overwritten(r), reader_loss_lost(&r->merge.chunks.loss, &r->merge.counters));
}

/* After the last event. */
static uint64_t lost_at_last(struct reader *r)
{
	if (r->all_told)
		return 0;
	r->all_told = true;
	reader_file_counters(&r->file, &r->merge.counters);
	return all_lost(r);
}

/*
 * How many events were lost before the next one.  What was overwritten before we came is told
 * first; for what there was no room, came last, unless one sees it happen.
 */
static uint64_t lost_now(struct reader *r, bool more)
{
	int64_t now = reader_merge_now(&r->merge);
	bool follow = now != INT64_MAX;

	if (!r->loss_told && (more || follow)) {
		r->loss_told = true;
		r->loss_told_ns = now;
		return follow ? all_lost(r) : overwritten(r);
	}
	if (!follow)
		return more ? 0 : lost_at_last(r);
	if (now - r->loss_told_ns < LOSS_TOLD_NS)
		return 0;
	r->loss_told_ns = now;
	return all_lost(r);
}

static const struct event *hand_out(struct reader *r, struct event e)
{
	r->event = e;
	r->last_ns = e.end_ns;
	r->closing = e.kind == EVENT_CLOSE ? e.conn : NULL;
	return &r->event;
}

const struct event *reader_next(struct reader *r)
{
	struct reader_merge_item item;
	uint64_t lost;
	bool more;

	if (r->closing)
		reader_conn_drop(r->conns, r->closing);
	r->closing = NULL;
	more = reader_merge_next(&r->merge, &item);
	lost = lost_now(r, more);
	if (lost)
		return hand_out(r, reader_event_lost(lost, more ? item.key_ns : r->last_ns));
	if (!more)
		return NULL;
	reader_merge_take(&r->merge, &item);
	return hand_out(r, item.chunk ? reader_event_call(item.chunk, r->conns)
				      : reader_event_story(&item, r->conns));
}

static void say_number(struct line *l, uint64_t n, const char *one, const char *more)
{
	line_uint(l, n);
	line_str(l, n == 1 ? one : more);
}

static void say_cut_off(struct line *l, uint64_t chunks, uint64_t stories)
{
	if (!chunks && !stories)
		return;
	line_str(l, "the file ends ");
	if (chunks)
		say_number(l, chunks, " chunk", " chunks");
	if (chunks && stories)
		line_str(l, " and ");
	if (stories)
		say_number(l, stories, " story", " stories");
	line_str(l, " early");
}

static void say_damaged(struct line *l, uint64_t n, const char *one, const char *more)
{
	if (!n)
		return;
	if (l->len)
		line_str(l, "; ");
	say_number(l, n, one, more);
}

const char *reader_missing(const struct reader *r)
{
	struct line l = line_over(r->missing, MISSING_MAX);
	const struct reader_counters *c = &r->merge.counters;
	const struct reader_chunks *k = &r->merge.chunks;

	say_cut_off(&l, reader_file_chunks_missing(&r->file, c),
		reader_file_stories_missing(&r->file, c));
	say_damaged(&l, k->damaged + k->feed.damaged, " chunk is damaged", " chunks are damaged");
	say_damaged(&l, r->merge.stories.damaged, " story is damaged", " stories are damaged");
	return r->missing;
}
