/* SPDX-License-Identifier: MIT */
/* See reader_event.h. */
#include "reader_event.h"

#include <sys/socket.h>

static enum call_class class_of(enum call_id call, uint32_t flags)
{
	if (event_shape[call].flags == FLAGS_SPLICE && flags & RECORD_SPLICE_FROM)
		return CLASS_IN;
	return event_class(call);
}

/* What a call moved: what was only looked at stays where it was. */
static int64_t bytes_of(const struct event *e)
{
	bool looked =
		event_shape[e->call].flags == FLAGS_MSG && e->flags & (MSG_PEEK | MSG_ERRQUEUE);

	if ((e->class != CLASS_IN && e->class != CLASS_OUT) || e->ret <= 0 || looked)
		return 0;
	return event_shape[e->call].asked == ASKED_MESSAGES ? (int64_t)e->asked : e->ret;
}

struct event reader_event_call(const struct reader_chunk *c, struct reader_conn *all)
{
	struct reader_chunk_record from = reader_chunk_peek(c);
	const struct record *r = from.record;
	struct event e = {.kind = EVENT_CALL,
		.start_ns = r->start_ns + c->shift_ns,
		.end_ns = r->end_ns + c->shift_ns,
		.process = c->head.process,
		.pid = c->head.pid,
		.tid = c->head.tid,
		.prog = c->prog,
		.fd = r->fd,
		.call = (enum call_id)from.call,
		.class = class_of((enum call_id)from.call, r->flags),
		.ret = r->ret,
		.error = r->ret < 0 ? (int)from.error : 0,
		.asked = r->asked,
		.flags = r->flags,
		.payload = from.payload,
		.payload_bytes = from.payload_bytes};

	if (event_shape[e.call].asked == ASKED_MESSAGES && e.flags & RECORD_FURTHER) {
		e.further = true;
		e.flags &= ~RECORD_FURTHER;
	}
	e.bytes = bytes_of(&e);
	if (from.address && from.address->family)
		e.address = from.address, e.name = from.name;
	if (r->conn)
		e.conn = reader_conn_get(all, e.process, e.pid, r->conn);
	return e;
}

static enum event_kind kind_of(const struct story *s)
{
	switch ((enum story_kind)(s->head & 0xff)) {
	case STORY_OPEN: return EVENT_OPEN;
	case STORY_ARMED: return EVENT_ARMED;
	case STORY_VERDICT: return EVENT_VERDICT;
	case STORY_CLOSE: return EVENT_CLOSE;
	default: return EVENT_PROCESS;
	}
}

static struct connection *opened(const struct story *s, struct reader_conn *all)
{
	struct connection *c = reader_conn_open(all, s->process, s->pid, s->conn);

	c->opened = true;
	c->open = s->open;
	return c;
}

static enum story_kind process_kind(const struct story *s)
{
	return (enum story_kind)(s->head & 0xff);
}

/* Names, and what only the reader knows: what was there before, and whose end it is. */
static const struct story *program_story(const struct story *s, struct reader_conn *all)
{
	static struct story told; /* until the next one */

	told = *s;
	switch (process_kind(s)) {
	case STORY_START:
		reader_conn_name(all, s->process, s->program.text);
		if (reader_conn_starts(all, s->pid, s->process))
			told.head += STORY_EXEC - STORY_START;
		break;
	case STORY_FORK:
		reader_conn_name(all, s->process, s->program.text);
		reader_conn_starts(all, s->pid, s->process);
		break;
	case STORY_EXIT: told.process = reader_conn_ends(all, s->pid, s->process); break;
	default: break;
	}
	return &told;
}

struct event reader_event_story(const struct reader_merge_item *item, struct reader_conn *all)
{
	const struct story *s = item->story;
	struct event e = {.kind = kind_of(s),
		.start_ns = item->key_ns - item->late_ns,
		.end_ns = item->key_ns};

	if (e.kind == EVENT_PROCESS)
		s = program_story(s, all);
	e.process = s->process;
	e.pid = s->pid;
	e.tid = s->tid;
	e.fd = s->fd;
	e.story = s;
	e.prog = reader_conn_prog(all, s->process);
	if (s->conn && e.kind == EVENT_OPEN)
		e.conn = opened(s, all);
	else if (s->conn)
		e.conn = reader_conn_get(all, s->process, s->pid, s->conn);
	if (e.conn && e.kind == EVENT_CLOSE)
		e.conn->closed = true;
	return e;
}

struct event reader_event_lost(uint64_t lost, int64_t time)
{
	return (struct event){.kind = EVENT_LOST,
		.start_ns = time,
		.end_ns = time,
		.prog = "",
		.fd = -1,
		.lost = lost};
}
