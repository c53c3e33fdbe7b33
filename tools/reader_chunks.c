/* SPDX-License-Identifier: MIT */
/*
 * No event in a chunk ended before the chunk was claimed, so a chunk stands in the heap with that
 * time until it gets to the top, and only then is it read.  Tickets are taken after that time is,
 * in whatever order, so a few chunks stand there ahead of what the order of tickets says.
 */
#include "reader_chunks.h"

#include <string.h>

#include "util.h"

enum { AHEAD = 32 };

static bool nobody_writes(const struct reader_chunks *m)
{
	return m->now == INT64_MAX;
}

/* To be looked at again. */
static void keep_quiet(struct reader_chunks *m, struct reader_chunk *c)
{
	if (m->quiet_count == m->quiet_size) {
		m->quiet_size = m->quiet_size ? m->quiet_size * 2 : 64;
		m->quiet = die_if_null(
			reallocarray(m->quiet, m->quiet_size, sizeof(struct reader_chunk *)));
	}
	m->quiet[m->quiet_count++] = c;
	if (c->state == CHUNK_WAITING && c->key_ns < m->held_back_ns)
		m->held_back_ns = c->key_ns;
}

static void load(struct reader_chunks *m, struct reader_chunk *c)
{
	reader_chunk_load(c, m->file, m->now);
	reader_loss_read(&m->loss, c->ticket, c->read);
}

/* It is in no list; where it belongs by its state. */
static void put(struct reader_chunks *m, struct reader_chunk *c)
{
	switch (c->state) {
	case CHUNK_SIGNED:
	case CHUNK_READY: reader_heap_push(&m->heap, c); break;
	case CHUNK_CLAIMED:
	case CHUNK_WAITING:
	case CHUNK_LATER: keep_quiet(m, c); break;
	case CHUNK_DAMAGED: m->damaged++; FALLTHROUGH;
	case CHUNK_OVER:
	case CHUNK_REUSED: reader_chunk_free(c); break;
	}
}

static void take_signed(struct reader_chunks *m, struct reader_chunk *c, struct record_chunk *head)
{
	if (!reader_file_is_time(head->claimed_ns) || !reader_file_is_time(head->real_ns)) {
		c->state = CHUNK_DAMAGED;
		return;
	}
	reader_chunk_sign(c, head, reader_conn_name(m->names, head->process, head->prog),
		reader_clock_shift(&m->clock, &m->boot, head->claimed_ns, head->real_ns));
	m->ahead++;
}

/* A ticket: is there a chunk for it by now? */
static void look_for(struct reader_chunks *m, struct reader_chunk *c)
{
	struct record_chunk head;
	uint32_t ticket = reader_chunk_look(m->file, c->ticket, &head);

	if (!ticket || ticket >= c->ticket)
		reader_loss_reused(&m->loss, c->ticket);
	if (ticket == c->ticket)
		take_signed(m, c, &head);
	else if (ticket > c->ticket)
		c->state = CHUNK_REUSED;
	else if (nobody_writes(m)) /* whoever was to sign it was killed */
		c->state = CHUNK_OVER;
	put(m, c);
}

static void look_ahead(struct reader_chunks *m)
{
	uint32_t ticket;

	while (m->ahead < AHEAD && (ticket = reader_feed_next(&m->feed)))
		look_for(m, reader_chunk_new(ticket));
}

void reader_chunks_start(struct reader_chunks *m, const struct reader_file *f,
	struct reader_conn *names, uint64_t tickets, int64_t now)
{
	memset(m, 0, sizeof(*m));
	m->file = f;
	m->names = names;
	m->now = now;
	m->held_back_ns = INT64_MAX;
	reader_clock_start(&m->clock, &m->boot, f->header.mono_ns, f->header.real_ns);
	reader_loss_start(&m->loss, f);
	reader_feed_start(&m->feed, f, tickets);
}

void reader_chunks_end(struct reader_chunks *m)
{
	while (m->quiet_count)
		reader_chunk_free(m->quiet[--m->quiet_count]);
	while (m->heap.count)
		reader_chunk_free(m->heap.at[--m->heap.count]);
	free(m->quiet);
	free(m->heap.at);
	reader_feed_end(&m->feed);
	reader_loss_end(&m->loss);
}

void reader_chunks_look_again(struct reader_chunks *m, uint64_t tickets, int64_t now)
{
	size_t count = m->quiet_count;

	m->now = now;
	reader_feed_more(&m->feed, &m->loss, tickets);
	m->held_back_ns = INT64_MAX;
	m->quiet_count = 0; /* put() fills it behind where it is read */
	for (size_t i = 0; i < count; i++) {
		struct reader_chunk *c = m->quiet[i];

		if (c->state == CHUNK_CLAIMED) {
			look_for(m, c);
			continue;
		}
		load(m, c);
		put(m, c);
	}
}

struct reader_chunk *reader_chunks_first(struct reader_chunks *m, int64_t until)
{
	for (;;) {
		struct reader_chunk *c;

		look_ahead(m);
		if (!m->heap.count)
			return NULL;
		c = m->heap.at[0];
		if (c->key_ns > until || c->key_ns >= m->held_back_ns)
			return NULL;
		if (c->state == CHUNK_READY)
			return c;
		reader_heap_pop(&m->heap);
		m->ahead -= c->state == CHUNK_SIGNED;
		load(m, c);
		put(m, c);
	}
}

void reader_chunks_skip(struct reader_chunks *m)
{
	struct reader_chunk *c = m->heap.at[0];

	if (reader_chunk_skip(c)) {
		reader_heap_sink(&m->heap, 0);
		return;
	}
	reader_heap_pop(&m->heap);
	load(m, c);
	put(m, c);
}

/*
 * The record that the i-th chunk has, which is read if need be.  Where nothing is in it, it stays
 * in its place of the heap, and is read again when it gets to the top.
 */
static const struct record *record_of(struct reader_chunks *m, size_t i)
{
	struct reader_chunk *c = m->heap.at[i];

	if (c->state == CHUNK_SIGNED) {
		m->ahead--;
		load(m, c);
		reader_heap_sink(&m->heap, i);
	}
	return c->state == CHUNK_READY ? reader_chunk_peek(c).record : NULL;
}

int64_t reader_chunks_call_around(struct reader_chunks *m, const struct story *s)
{
	for (size_t i = 0; i < m->heap.count; i++) {
		struct reader_chunk *c = m->heap.at[i];
		const struct record *r;

		if (c->head.tid != s->tid || c->head.process != s->process)
			continue;
		r = record_of(m, i);
		if (r && r->start_ns <= s->time_ns && r->end_ns >= s->time_ns)
			return c->key_ns;
	}
	return 0;
}
