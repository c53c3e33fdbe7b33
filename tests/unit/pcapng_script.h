/* SPDX-License-Identifier: MIT */
/*
 * Events by hand, for a printer: what `peerless show` would hand it of a recording.  Each call here
 * is one event, a microsecond after the last.
 */
#ifndef PEERLESS_TESTS_PCAPNG_SCRIPT_H
#define PEERLESS_TESTS_PCAPNG_SCRIPT_H

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "printer.h"
#include "runtime/connpool.h"

struct script {
	struct printer *printer;
	int64_t now_ns;
	uint64_t connections;
	struct record_header header;
	struct printer_options options;
};

static struct endpoint script_address(const char *text, uint16_t port)
{
	struct endpoint e = {.family = strchr(text, ':') ? AF_INET6 : AF_INET, .port = port};

	inet_pton(e.family, text, e.ip);
	return e;
}

static void script_open(struct script *s, FILE *out)
{
	*s = (struct script){.now_ns = 1700000000000000001, .header.payload = 32768};
	strcpy(s->header.host, "testhost");
	s->options = (struct printer_options){.header = &s->header, .name = "by hand"};
	s->printer = printer_pcapng.open(out, &s->options);
}

static void script_close(struct script *s)
{
	printer_pcapng.close(s->printer, "");
}

static struct connection script_connection(
	struct script *s, uint32_t pid, enum story_socket socket, enum conn_how how)
{
	struct connection c = {.id = ++s->connections, .pid = pid, .opened = true};

	c.open.cookie = 1000 + c.id;
	c.open.socket = (uint8_t)socket;
	c.open.how = (uint8_t)how;
	return c;
}

/* Of addresses, as the process has them: its own first. */
static struct connection script_between(struct script *s, uint32_t pid, enum conn_how how,
	struct endpoint local, struct endpoint peer)
{
	struct connection c = script_connection(s, pid, SOCKET_TCP, how);

	c.open.end[0] = local;
	c.open.end[1] = peer;
	return c;
}

static void script_event(struct script *s, struct connection *c, struct event *e)
{
	s->now_ns += 1000;
	e->start_ns = s->now_ns - 500;
	e->end_ns = s->now_ns;
	e->conn = c;
	e->prog = "nginx";
	e->pid = e->tid = c ? c->pid : 1;
	e->fd = c ? 7 : -1;
	printer_pcapng.event(s->printer, e);
}

static void script_story(
	struct script *s, struct connection *c, enum event_kind kind, struct story story)
{
	struct event e = {.kind = kind, .story = &story};

	script_event(s, c, &e);
}

static void script_opened(struct script *s, struct connection *c)
{
	script_story(s, c, EVENT_OPEN, (struct story){.head = STORY_OPEN, .open = c->open});
}

static void script_closed(struct script *s, struct connection *c, enum conn_side by)
{
	script_story(s, c, EVENT_CLOSE,
		(struct story){.head = STORY_CLOSE, .evidence.closed_by = (uint8_t)by});
}

/* A call that ended so; bytes of which `kept` are recorded. */
static void script_call(struct script *s, struct connection *c, enum call_id call,
	const void *bytes, uint32_t kept, int64_t moved)
{
	struct event e = {.kind = EVENT_CALL,
		.call = call,
		.class = event_class(call),
		.ret = (int32_t)moved,
		.asked = 65536,
		.bytes = moved,
		.payload = kept ? bytes : NULL,
		.payload_bytes = kept};

	script_event(s, c, &e);
}

static inline void script_send(struct script *s, struct connection *c, const char *text)
{
	script_call(s, c, CALL_send, text, (uint32_t)strlen(text), (int64_t)strlen(text));
}

static inline void script_recv(struct script *s, struct connection *c, const char *text)
{
	script_call(s, c, CALL_recv, text, (uint32_t)strlen(text), (int64_t)strlen(text));
}

#endif
