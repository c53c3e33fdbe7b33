/* SPDX-License-Identifier: MIT */
/*
 * Events made by hand, for formats that read nothing else.  Times are milliseconds after NOON; an
 * event's own memory is the fixture's, and holds until the next one is made.
 */
#ifndef PEERLESS_TESTS_EVENT_FIXTURE_H
#define PEERLESS_TESTS_EVENT_FIXTURE_H

#include <sys/socket.h>

#include "event.h"
#include "runtime/connpool.h"

#define MS   INT64_C(1000000)
#define NOON INT64_C(1795262400000000000) /* 2026-11-21 12:00:00 UTC */

static struct story fixture_story;

static inline struct endpoint fixture_ip(uint8_t last, uint16_t port)
{
	return (struct endpoint){.family = AF_INET, .port = port, .ip = {10, 0, 0, last}};
}

/* Connection `id` of process 1, pid 42, from 10.0.0.1 to `peer`. */
static inline struct connection fixture_conn(uint64_t id, enum conn_how how, struct endpoint peer)
{
	struct connection c = {.id = id, .process = 1, .pid = 42, .opened = true};

	c.open.how = (uint8_t)how;
	c.open.socket = SOCKET_TCP;
	c.open.end[0] = fixture_ip(1, how == CONN_ACCEPT ? 80 : 40000);
	c.open.end[1] = peer;
	return c;
}

static inline struct event fixture_event(enum event_kind kind, struct connection *c, int64_t at)
{
	fixture_story = (struct story){.time_ns = at * MS};
	return (struct event){.kind = kind,
		.start_ns = NOON + at * MS,
		.end_ns = NOON + at * MS,
		.process = c ? c->process : 1,
		.pid = c ? c->pid : 42,
		.tid = c ? c->pid : 42,
		.prog = "psql",
		.conn = c,
		.fd = c ? 7 : -1,
		.story = kind == EVENT_CALL || kind == EVENT_LOST ? NULL : &fixture_story};
}

/* A call from one millisecond to another.  ret < 0 is an errno. */
static inline struct event fixture_call(struct connection *c, enum call_id call,
	enum call_class class, int64_t from, int64_t to, int ret)
{
	struct event e = fixture_event(EVENT_CALL, c, from);

	e.end_ns = NOON + to * MS;
	e.call = call;
	e.class = class;
	e.ret = ret < 0 ? -1 : ret;
	e.error = ret < 0 ? -ret : 0;
	if ((class == CLASS_IN || class == CLASS_OUT) && ret > 0)
		e.bytes = ret;
	e.asked = class == CLASS_IN ? 4096 : ret > 0 ? (uint32_t)ret : 0;
	return e;
}

#endif
