/* SPDX-License-Identifier: MIT */
/* See reader_merge.h. */
#include "reader_merge.h"

#define HOLD_BACK_NS 50000000
#define LOOK_NS      10000000 /* so much less that nothing comes too late */

static bool nobody_writes(const struct reader_merge *m)
{
	return reader_merge_now(m) == INT64_MAX;
}

void reader_merge_start(
	struct reader_merge *m, const struct reader_file *f, struct reader_conn *names, bool follow)
{
	*m = (struct reader_merge){.file = f};
	reader_file_counters(f, &m->counters);
	reader_chunks_start(
		&m->chunks, f, names, m->counters.chunks, follow ? reader_clock_now() : INT64_MAX);
	reader_story_start(&m->stories, &m->counters, f, m->chunks.boot);
}

void reader_merge_end(struct reader_merge *m)
{
	reader_chunks_end(&m->chunks);
}

/* The counters come first: reader_loss.c. */
static void look_again(struct reader_merge *m, int64_t now)
{
	reader_file_counters(m->file, &m->counters);
	reader_story_more(&m->stories, m->file, m->counters.stories);
	m->stories.drained = false;
	reader_chunks_look_again(&m->chunks, m->counters.chunks, now);
}

/* False: it is too early for that. */
static bool look_in_time(struct reader_merge *m)
{
	int64_t now;

	if (nobody_writes(m))
		return false;
	now = reader_clock_now();
	if (now - reader_merge_now(m) < LOOK_NS)
		return false;
	look_again(m, now);
	return true;
}

/* By the next time: until then what was handed out stays where it is. */
void reader_merge_finish(struct reader_merge *m)
{
	m->finished = true;
}

/* What ended by then may be handed out. */
static int64_t horizon(const struct reader_merge *m)
{
	int64_t until = INT64_MAX;

	if (!nobody_writes(m))
		until = reader_clock_shifted(&m->chunks.boot, reader_merge_now(m) - HOLD_BACK_NS);
	if (m->stories.waiting && until >= m->stories.waiting_key_ns)
		until = m->stories.waiting_key_ns - 1;
	return until < m->chunks.held_back_ns ? until : m->chunks.held_back_ns - 1;
}

static const struct story *first_story(struct reader_merge *m, int64_t *key_ns)
{
	const struct story *s;

	if (!m->stories.drained && m->stories.count <= READER_STORIES_HELD / 2)
		reader_story_load(&m->stories, m->file, &m->chunks.clock, reader_merge_now(m));
	s = reader_story_peek(&m->stories, key_ns);
	return s && *key_ns <= horizon(m) ? s : NULL;
}

/*
 * A connection is told as closed within the call that closes it.  That call is to come first, with
 * its connection, so the story is put off.  False: there is no such call.
 */
static bool put_off(struct reader_merge *m, const struct story *s)
{
	int64_t end_ns;

	if (reader_story_kind(s) != STORY_CLOSE || reader_story_late(&m->stories))
		return false;
	end_ns = reader_chunks_call_around(&m->chunks, s);
	if (end_ns)
		reader_story_put_off(&m->stories, end_ns + 1);
	return end_ns != 0;
}

static bool pick(struct reader_merge *m, struct reader_merge_item *item)
{
	for (;;) {
		const struct reader_chunk *c;

		item->story = first_story(m, &item->key_ns);
		item->late_ns = item->story ? reader_story_late(&m->stories) : 0;
		c = reader_chunks_first(&m->chunks, item->story ? item->key_ns - 1 : horizon(m));
		item->chunk = c;
		if (c) {
			item->story = NULL;
			item->key_ns = c->key_ns;
			return true;
		}
		if (!item->story)
			return false;
		/* A chunk may have turned up that has to be waited for. */
		if (item->key_ns <= horizon(m) && !put_off(m, item->story))
			return true;
		if (item->key_ns > horizon(m))
			return false;
	}
}

bool reader_merge_next(struct reader_merge *m, struct reader_merge_item *item)
{
	if (m->taken)
		reader_chunks_skip(&m->chunks);
	m->taken = false;
	if (m->finished && !nobody_writes(m))
		look_again(m, INT64_MAX);
	return pick(m, item) || (look_in_time(m) && pick(m, item));
}

void reader_merge_take(struct reader_merge *m, const struct reader_merge_item *item)
{
	if (item->chunk)
		m->taken = true;
	else
		reader_story_skip(&m->stories);
}
