/* SPDX-License-Identifier: MIT */
/* See event.h. */
#include "event.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "runtime/connpool.h"

const struct event_shape event_shape[CALL_COUNT] = {
#define RECORDED(call, class, asked, flags) \
	[CALL_##call] = {CLASS_##class, ASKED_##asked, FLAGS_##flags},
#include "record_call.def"
#undef RECORDED
};

enum call_class event_class(enum call_id call)
{
	return (unsigned)call < CALL_COUNT ? (enum call_class)event_shape[call].class : CLASS_NONE;
}

uint64_t event_took_ns(const struct event *e)
{
	bool over = e->end_ns > e->start_ns && !e->further;

	return over ? (uint64_t)e->end_ns - (uint64_t)e->start_ns : 0;
}

/* Which end of a UNIX socket has the one name that is recorded: 0 is our own. */
static unsigned named_end(const struct story_open *o)
{
	switch (o->named) {
	case NAMED_LOCAL: return 0;
	case NAMED_PEER: return 1;
	default: return o->how == CONN_CONNECT;
	}
}

/* A name is any bytes: what would steer a terminal shows as "?". */
static const char *unix_end(const char *name, char *out)
{
	char *p;

	snprintf(out, ENDPOINT_TEXT_MAX, "unix%s%s", *name ? ":" : "", name);
	for (p = out; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	return out;
}

static const char *end_text(const struct connection *c, unsigned end, char *out)
{
	const struct story_open *o = &c->open;

	if (!c->opened)
		strcpy(out, "?");
	else if (o->socket == SOCKET_UNIX || o->socket == SOCKET_UNIX_DGRAM)
		unix_end(end == named_end(o) ? o->path : "", out);
	else
		endpoint_text(&o->end[end], out, ENDPOINT_TEXT_MAX);
	return out;
}

const char *event_local(const struct connection *c, char *out)
{
	return end_text(c, 0, out);
}

const char *event_peer(const struct connection *c, char *out)
{
	return end_text(c, 1, out);
}

bool event_has_address(const struct event *e)
{
	return e->address && (e->address->family != AF_UNIX || e->name);
}

const char *event_address(const struct event *e, char *out)
{
	if (e->name)
		return unix_end(e->name, out);
	endpoint_text(e->address, out, ENDPOINT_TEXT_MAX);
	return out;
}
