/* SPDX-License-Identifier: MIT */
/* What tools/reader.h hands out and printers, filters and summaries look at. */
#ifndef PEERLESS_TOOLS_EVENT_H
#define PEERLESS_TOOLS_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "record.h"
#include "record_call.h"
#include "record_story.h"
#include "sys/call_id.h"

enum event_kind {
	EVENT_CALL,
	EVENT_OPEN,
	EVENT_ARMED,
	EVENT_VERDICT,
	EVENT_CLOSE,
	EVENT_PROCESS, /* story: STORY_START ... STORY_STRICT */
	EVENT_LOST,
};

/*
 * One socket as one process knows it.  Made at the first event that names it and kept until after
 * EVENT_CLOSE, which comes behind the call that closes it; what another thread ends on it after
 * that has none.  `user` belongs to whoever consumes the events.
 */
struct connection {
	uint64_t id;      /* 1, 2, ... in order of appearance; unique in a recording */
	uint32_t process; /* image number, record.h */
	uint32_t pid;
	bool opened; /* EVENT_OPEN was seen: the rest is known */
	bool closed;
	struct story_open open;
	void *user;
};

struct event {
	enum event_kind kind;
	int64_t start_ns, end_ns; /* CLOCK_REALTIME; of a story its time, and when it is told */
	uint32_t process, pid, tid;
	const char *prog;        /* never NULL; lives as long as the reader */
	struct connection *conn; /* NULL: none or not known */
	int fd;                  /* -1: none */
	uint64_t lost;           /* EVENT_LOST: how many */
	/* EVENT_CALL: see record_call.def. */
	enum call_id call;
	enum call_class class; /* of splice: CLASS_IN where fd was read from */
	int32_t ret;
	int error; /* errno where ret < 0, else 0 */
	uint32_t asked, flags;
	int64_t bytes; /* IN and OUT: moved, 0 for MSG_PEEK and MSG_ERRQUEUE; else 0 */
	const struct endpoint *address; /* named by the call or told to it; NULL: none */
	const char *name;               /* of an AF_UNIX address, not empty; NULL: not known */
	const unsigned char *payload;   /* what was kept of the bytes; NULL: nothing */
	uint32_t payload_bytes;
	bool further;              /* one more message of the call before: no call of its own */
	const struct story *story; /* all but EVENT_CALL and EVENT_LOST */
};

/* How long a call took, in ns; that of several messages stands with the first. */
uint64_t event_took_ns(const struct event *e);

enum call_class event_class(enum call_id call);

/* The call's row of record_call.def: enum call_class, call_asked and call_flags. */
struct event_shape {
	uint8_t class, asked, flags;
};
extern const struct event_shape event_shape[CALL_COUNT];

/* "10.0.0.1:41234", "unix:/run/x", "?" of a connection's two ends; out holds ENDPOINT_TEXT_MAX. */
const char *event_local(const struct connection *c, char *out);
const char *event_peer(const struct connection *c, char *out);
/* Is there more to say of e->address than its family?  Then event_address() says it, in out. */
bool event_has_address(const struct event *e);
const char *event_address(const struct event *e, char *out);

#endif
