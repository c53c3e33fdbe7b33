/* SPDX-License-Identifier: MIT */
/*
 * A block of entries is read three times: heads, bodies, heads.  An entry counts if its head was
 * the same before and after, for it may be overwritten at any time.
 */
#include "reader_story.h"

#include <string.h>

#include "policy/verdict.h"
#include "reader_chunk.h"
#include "runtime/connpool.h"
#include "runtime/value_types.h"

enum { BLOCK = READER_STORIES_HELD / 2 };

struct block {
	uint64_t first; /* ticket */
	unsigned count;
	struct story before[BLOCK], story[BLOCK], after[BLOCK];
};

static uint64_t ticket_of(const struct story *s)
{
	return s->head >> 8;
}

/* So many that the ring has one lap of them at most. */
static uint64_t oldest(const struct reader_story *s, const struct reader_file *f)
{
	return s->last < f->header.stories ? 1 : s->last - f->header.stories + 1;
}

void reader_story_start(struct reader_story *s, const struct reader_counters *c,
	const struct reader_file *f, struct reader_boot boot)
{
	*s = (struct reader_story){.last = c->stories, .boot = boot};
	s->next = oldest(s, f);
	s->lost = s->next - 1;
	for (unsigned i = 0; i < READER_STORIES_HELD; i++)
		s->order[i] = (uint8_t)i;
}

static bool read_block(struct block *b, const struct reader_file *f, uint64_t first)
{
	uint64_t room = f->header.stories - (first - 1) % f->header.stories;
	size_t bytes = (room < BLOCK ? room : BLOCK) * sizeof(struct story);
	uint64_t at = reader_file_story(f, first), end = RECORD_HEADER_BYTES + f->story_bytes;

	b->first = first;
	if (at >= end)
		return false;
	bytes = bytes < end - at ? bytes : end - at;
	reader_file_read(f, b->before, bytes, at);
	reader_file_read(f, b->story, bytes, at);
	b->count = (unsigned)(reader_file_read(f, b->after, bytes, at) / sizeof(struct story));
	return b->count != 0;
}

/* The entry of that place; NULL: not told yet, or not its ticket's any more. */
static struct story *told(struct block *b, unsigned i)
{
	struct story *s = &b->story[i];

	s->head = b->before[i].head;
	if (s->head != b->after[i].head || ticket_of(s) != b->first + i ||
		reader_story_kind(s) == STORY_PENDING)
		return NULL;
	return s;
}

static bool is_open_right(struct story_open *o)
{
	if (o->socket == SOCKET_UNIX || o->socket == SOCKET_UNIX_DGRAM)
		o->path[sizeof(o->path) - 1] = '\0';
	return o->socket <= SOCKET_OTHER && o->how <= CONN_PAIR;
}

static bool is_evidence_right(const struct story_evidence *e)
{
	return e->known <= 1 && e->closed_by <= SIDE_PEER && e->cause < CAUSE_COUNT &&
	       e->method < METHOD_COUNT && e->seen < METHOD_COUNT && e->action <= ACTION_SIGNAL &&
	       e->death <= 1;
}

/* In range?  Its texts are made to end. */
static bool is_right(struct story *s)
{
	if (!reader_file_is_time(s->time_ns) || !reader_file_is_time(s->real_ns))
		return false;
	switch (reader_story_kind(s)) {
	case STORY_START:
	case STORY_FORK:
	case STORY_EXEC:
	case STORY_EXIT:
	case STORY_STRICT: s->program.text[sizeof(s->program.text) - 1] = '\0'; return true;
	case STORY_OPEN: return is_open_right(&s->open);
	case STORY_ARMED: return true;
	case STORY_VERDICT:
	case STORY_CLOSE: return is_evidence_right(&s->evidence);
	default: return false;
	}
}

/* Where what is held belongs, last for those of the same time. */
static void sort_in(struct reader_story *s, unsigned slot, unsigned count)
{
	unsigned at = count;

	for (; at && s->key_ns[s->order[at - 1]] > s->key_ns[slot]; at--)
		s->order[at] = s->order[at - 1];
	s->order[at] = (uint8_t)slot;
}

static void hold(struct reader_story *s, struct reader_clock *clock, struct story *from)
{
	unsigned slot = s->order[s->count]; /* order is a permutation: behind count lie the free */

	if (!is_right(from)) {
		s->damaged++;
		return;
	}
	s->held[slot] = *from;
	s->late_ns[slot] = 0;
	s->key_ns[slot] =
		from->time_ns + reader_clock_shift(clock, &s->boot, from->time_ns, from->real_ns);
	sort_in(s, slot, s->count++);
}

/* The first one of the block from i on that was told. */
static const struct story *next_told(struct block *b, unsigned i)
{
	const struct story *s = NULL;

	while (i < b->count && !s)
		s = told(b, i++);
	return s;
}

/* Is the ticket's entry given up?  Not if whoever has it may be about to tell it. */
static bool pass(struct reader_story *s, struct block *b, unsigned i, int64_t now)
{
	const struct story *behind = next_told(b, i + 1);

	if (now == INT64_MAX)
		return true;
	if (behind && (!reader_file_is_time(behind->time_ns) ||
			      now - READER_PATIENCE_NS >= behind->time_ns))
		return true;
	/* A block of nothing: no writer is that late. */
	if (!behind && s->last >= b->first + b->count && i == 0)
		return true;
	if (behind) {
		s->waiting = true;
		s->waiting_key_ns = behind->time_ns + s->boot.offset_ns;
	}
	return false;
}

void reader_story_more(struct reader_story *s, const struct reader_file *f, uint64_t tickets)
{
	if (tickets > s->last)
		s->last = tickets;
	if (oldest(s, f) > s->next) {
		s->lost += oldest(s, f) - s->next;
		s->next = oldest(s, f);
	}
}

/* A newer one lies there. */
static void fall_behind(struct reader_story *s, const struct reader_file *f, uint64_t seen)
{
	struct reader_counters c = {.stories = s->last};

	reader_file_counters(f, &c);
	reader_story_more(s, f, c.stories > seen ? c.stories : seen);
}

/* One block of it.  False: there is no more now. */
static bool take_block(struct reader_story *s, struct block *b, const struct reader_file *f,
	struct reader_clock *clock, int64_t now)
{
	for (unsigned i = 0; i < b->count && s->count < READER_STORIES_HELD; i++) {
		struct story *story = told(b, i);
		uint64_t ticket = ticket_of(&b->story[i]);

		if (!story && ticket > s->next && (ticket - s->next) % f->header.stories == 0) {
			fall_behind(s, f, ticket);
			return true;
		}
		if (!story && s->next > s->last)
			return false;
		if (!story && !pass(s, b, i, now))
			return false;
		if (story)
			hold(s, clock, story);
		s->next++;
	}
	return true;
}

void reader_story_load(struct reader_story *s, const struct reader_file *f,
	struct reader_clock *clock, int64_t now)
{
	static struct block b;

	s->waiting = s->drained = false;
	while (s->count < READER_STORIES_HELD && !s->drained) {
		if (read_block(&b, f, s->next))
			s->drained = !take_block(s, &b, f, clock, now);
		else if (s->next > s->last)
			s->drained = true;
		else /* not in the file: to where the ring begins again */
			s->next += f->header.stories - (s->next - 1) % f->header.stories;
	}
}

const struct story *reader_story_peek(const struct reader_story *s, int64_t *key_ns)
{
	if (!s->count)
		return NULL;
	*key_ns = s->key_ns[s->order[0]];
	return &s->held[s->order[0]];
}

void reader_story_skip(struct reader_story *s)
{
	uint8_t slot = s->order[0];

	s->count--;
	memmove(s->order, s->order + 1, s->count);
	s->order[s->count] = slot;
}

void reader_story_put_off(struct reader_story *s, int64_t key_ns)
{
	uint8_t slot = s->order[0];

	memmove(s->order, s->order + 1, s->count - 1);
	s->late_ns[slot] = key_ns - s->key_ns[slot];
	s->key_ns[slot] = key_ns;
	sort_in(s, slot, s->count - 1);
}

int64_t reader_story_late(const struct reader_story *s)
{
	return s->late_ns[s->order[0]];
}
