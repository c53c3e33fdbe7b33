/* SPDX-License-Identifier: MIT */
/*
 * A load reads twice: once for the heads, and then for the bodies of what was committed by the
 * first time.  A record is committed by storing its head last, so no body is older than its head.
 * If the chunk has the same ticket afterwards, it was not cleared meanwhile.
 */
#include "reader_chunk.h"

#include <string.h>
#include <sys/socket.h>

#include "event.h"
#include "util.h"

#define RECORDS_MAX ((RECORD_CHUNK_BYTES - sizeof(struct record_chunk)) / sizeof(struct record))
#define ERRNO_MAX   4095

/* How far a record may have to move to be sorted: handlers do not nest deeper. */
#define DISORDER_MAX 64

struct reader_chunk_run {
	uint32_t count, next;
	uint16_t order[RECORDS_MAX]; /* records by their end, in units of 8 bytes */
	union {
		uint64_t words[(RECORD_CHUNK_BYTES - sizeof(struct record_chunk)) / 8];
		char bytes[1];
	};
};

/* A walk over what was read. */
struct walk {
	const uint64_t *heads; /* as they were before the bodies were read */
	struct reader_chunk_run *run;
	uint32_t words; /* of both */
	uint32_t at;    /* in words */
	bool cut;       /* the file ends here */
	bool damaged;
};

uint32_t reader_chunk_look(const struct reader_file *f, uint32_t ticket, struct record_chunk *head)
{
	*head = (struct record_chunk){.turn = 0};
	reader_file_read(f, head, sizeof(*head), reader_file_chunk(f, ticket));
	head->prog[sizeof(head->prog) - 1] = '\0';
	return record_turn_ticket(head->turn);
}

struct reader_chunk *reader_chunk_new(uint32_t ticket)
{
	struct reader_chunk *c = die_if_null(calloc(1, sizeof(*c)));

	c->state = CHUNK_CLAIMED;
	c->ticket = ticket;
	c->at = sizeof(struct record_chunk);
	return c;
}

void reader_chunk_free(struct reader_chunk *c)
{
	free(c->run);
	free(c);
}

void reader_chunk_sign(
	struct reader_chunk *c, const struct record_chunk *head, const char *prog, int64_t shift_ns)
{
	c->head = *head;
	c->prog = prog;
	c->shift_ns = shift_ns;
	c->key_ns = head->claimed_ns + shift_ns;
	c->state = CHUNK_SIGNED;
}

static const struct record *record_at(const struct reader_chunk_run *run, uint32_t word)
{
	return (const struct record *)(run->words + word);
}

static bool is_right(const struct record *r)
{
	uint64_t head = r->head, kind = record_head_kind(head), payload = record_head_payload(head);
	uint64_t address = kind == RECORD_CALL_TO ? sizeof(struct endpoint) : 0;

	return (kind == RECORD_CALL || kind == RECORD_CALL_TO) &&
	       event_class((enum call_id)record_head_call(head)) != CLASS_NONE &&
	       record_head_error(head) <= ERRNO_MAX && payload <= RECORD_PAYLOAD_MAX &&
	       sizeof(*r) + address + payload <= record_head_bytes(head) &&
	       reader_file_is_time(r->start_ns) && reader_file_is_time(r->end_ns) &&
	       r->start_ns <= r->end_ns;
}

/* Past what was begun and not committed.  False: to the end. */
static bool skip_hole(struct walk *w)
{
	while (w->at < w->words) {
		uint64_t head = w->heads[w->at];

		if (head && record_head_kind(head) != RECORD_PENDING)
			return true;
		if (head && record_head_bytes(head) < sizeof(struct record)) {
			w->damaged = true;
			return false;
		}
		w->at += head ? (uint32_t)record_head_bytes(head) / 8 : 1;
	}
	return false;
}

/* The record here, which is committed; NULL: it is none. */
static const struct record *look(struct walk *w)
{
	uint64_t head = w->heads[w->at], bytes = record_head_bytes(head);

	w->damaged = bytes < sizeof(struct record) || !w->cut;
	if (bytes < sizeof(struct record) || bytes / 8 > w->words - w->at)
		return NULL;
	/* Whoever writes as record.h says has not changed it; only then is it checked once. */
	w->run->words[w->at] = head;
	w->damaged = !is_right(record_at(w->run, w->at));
	return w->damaged ? NULL : record_at(w->run, w->at);
}

/* Sorts the record in. */
static void take(struct walk *w, const struct record *r)
{
	struct reader_chunk_run *run = w->run;
	uint32_t at = run->count++, least = at < DISORDER_MAX ? 0 : at - DISORDER_MAX;

	for (; at > least && record_at(run, run->order[at - 1])->end_ns > r->end_ns; at--)
		run->order[at] = run->order[at - 1];
	run->order[at] = (uint16_t)w->at;
	w->at += (uint32_t)record_head_bytes(r->head) / 8;
}

/*
 * All records up to the next hole, or all if no hole is worth waiting for.  CHUNK_READY, or
 * CHUNK_WAITING with *key the end of what is behind the hole, or CHUNK_LATER.
 */
static enum reader_chunk_state collect(struct walk *w, int64_t now, int64_t *key)
{
	uint32_t start = w->at;

	while (skip_hole(w)) {
		const struct record *r = look(w);

		if (!r)
			break;
		if (w->at > start && now - READER_PATIENCE_NS < r->end_ns) {
			w->at = start;
			*key = r->end_ns;
			return w->run->count ? CHUNK_READY : CHUNK_WAITING;
		}
		take(w, r);
		start = w->at;
	}
	w->at = start;
	return w->run->count ? CHUNK_READY : w->damaged ? CHUNK_DAMAGED : CHUNK_LATER;
}

/* Both reads.  The words that came. */
static uint32_t read_twice(
	uint64_t *heads, uint64_t *words, uint32_t bytes, const struct reader_file *f, uint64_t at)
{
	size_t first = reader_file_read(f, heads, bytes, at);
	size_t second = reader_file_read(f, words, bytes, at);

	return (uint32_t)((first < second ? first : second) / 8);
}

/* Nothing more is there now.  A full one gets no more than what was begun in it. */
static void come_to_an_end(struct reader_chunk *c, uint64_t given, int64_t now)
{
	c->state = now == INT64_MAX ? CHUNK_OVER : CHUNK_LATER;
	if (given < RECORD_CHUNK_BYTES)
		return;
	if (c->at >= RECORD_CHUNK_BYTES || (c->quiet_ns && now - c->quiet_ns > READER_PATIENCE_NS))
		c->state = CHUNK_OVER;
	else if (!c->quiet_ns)
		c->quiet_ns = now;
}

static void collect_from(struct reader_chunk *c, struct walk *w, uint64_t given, int64_t now)
{
	int64_t key = 0;

	c->state = collect(w, now, &key);
	c->read = w->run->count;
	c->at += w->at * 8;
	if (c->state == CHUNK_READY)
		key = record_at(w->run, w->run->order[0])->end_ns;
	if (c->state == CHUNK_READY || c->state == CHUNK_WAITING)
		c->key_ns = key + c->shift_ns;
	if (c->state == CHUNK_LATER)
		come_to_an_end(c, given, now);
	else
		c->quiet_ns = 0;
}

/* Words that were given out since the last time. */
static uint32_t words_given(const struct reader_chunk *c, uint64_t given)
{
	uint32_t end = given < RECORD_CHUNK_BYTES ? (uint32_t)given : RECORD_CHUNK_BYTES;

	return end > c->at ? (end - c->at) / 8 : 0;
}

static void read_on(
	struct reader_chunk *c, const struct reader_file *f, uint64_t given, int64_t now)
{
	static uint64_t heads[RECORD_CHUNK_BYTES / 8];
	uint32_t words = words_given(c, given);
	struct walk w = {.heads = heads};
	struct record_chunk head;

	if (!c->run)
		c->run = die_if_null(malloc(sizeof(*c->run)));
	w.run = c->run;
	w.run->count = w.run->next = 0;
	w.words = read_twice(
		heads, w.run->words, words * 8, f, reader_file_chunk(f, c->ticket) + c->at);
	w.cut = w.words < words;
	if (reader_chunk_look(f, c->ticket, &head) == c->ticket)
		collect_from(c, &w, given, now);
}

void reader_chunk_load(struct reader_chunk *c, const struct reader_file *f, int64_t now)
{
	struct record_chunk head;
	uint64_t given;

	c->read = 0;
	c->state = CHUNK_REUSED;
	if (reader_chunk_look(f, c->ticket, &head) == c->ticket) {
		given = record_turn_bytes(head.turn);
		if (words_given(c, given))
			read_on(c, f, given, now);
		else
			come_to_an_end(c, given, now);
	}
	if (c->state != CHUNK_READY) {
		free(c->run);
		c->run = NULL;
	}
}

/* The text behind all else, which ends in the record. */
static const char *name_behind(const struct record *r, const char *payload)
{
	const char *name = payload + ((record_head_payload(r->head) + 7) & ~7u);
	const char *end = (const char *)r + record_head_bytes(r->head);

	return name < end && *name && memchr(name, 0, (size_t)(end - name)) ? name : NULL;
}

struct reader_chunk_record reader_chunk_peek(const struct reader_chunk *c)
{
	const struct record *r = record_at(c->run, c->run->order[c->run->next]);
	const char *behind = (const char *)(r + 1);
	struct reader_chunk_record out = {.record = r,
		.call = record_head_call(r->head),
		.error = record_head_error(r->head),
		.payload_bytes = record_head_payload(r->head)};

	if (record_head_kind(r->head) == RECORD_CALL_TO) {
		out.address = (const struct endpoint *)behind;
		behind += sizeof(struct endpoint);
		if (out.address->family == AF_UNIX)
			out.name = name_behind(r, behind);
	}
	if (out.payload_bytes)
		out.payload = (const unsigned char *)behind;
	return out;
}

bool reader_chunk_skip(struct reader_chunk *c)
{
	struct reader_chunk_run *run = c->run;

	if (++run->next == run->count) {
		c->state = CHUNK_SIGNED;
		return false;
	}
	c->key_ns = record_at(run, run->order[run->next])->end_ns + c->shift_ns;
	return true;
}
