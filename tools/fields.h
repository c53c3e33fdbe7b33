/* SPDX-License-Identifier: MIT */
/* The members of a JSON line, from fields.def: what the printer and README's table go by. */
#ifndef PEERLESS_TOOLS_FIELDS_H
#define PEERLESS_TOOLS_FIELDS_H

#include <stdint.h>
#include <stdio.h>

#include "event.h"

/* What peerless watch tells of a connection, beside the kinds of event.h. */
enum { FIELDS_CONNECTION = EVENT_LOST + 1, FIELDS_KINDS };

/* Sets of events, a bit for each. */
enum {
	IN_CALL = 1 << EVENT_CALL,
	IN_OPEN = 1 << EVENT_OPEN,
	IN_ARMED = 1 << EVENT_ARMED,
	IN_VERDICT = 1 << EVENT_VERDICT,
	IN_CLOSE = 1 << EVENT_CLOSE,
	IN_PROCESS = 1 << EVENT_PROCESS,
	IN_LOST = 1 << EVENT_LOST,
	IN_CONNECTION = 1 << FIELDS_CONNECTION,
	IN_SOCKET = IN_OPEN | IN_ARMED | IN_VERDICT | IN_CLOSE,
	IN_RECORDING = IN_CALL | IN_SOCKET | IN_PROCESS | IN_LOST,
	IN_ALL = IN_RECORDING | IN_CONNECTION,
	/* What TCP_INFO says. */
	IN_TCPINFO = IN_VERDICT | IN_CLOSE | IN_CONNECTION,
};

enum fields_id {
#define FIELD(name, type, events, meaning) FIELD_##name,
#include "fields.def"
#undef FIELD
	FIELD_COUNT
};

struct fields_row {
	const char *name, *type;
	unsigned events; /* IN_ */
	const char *meaning;
};

extern const struct fields_row fields_row[FIELD_COUNT];

/* The word for it: story_text_event()'s, or "connection". */
const char *fields_event(unsigned kind);
/* The table in README.md, and the part of it that stands in any of these events. */
void fields_markdown(FILE *out);
void fields_markdown_of(FILE *out, unsigned events);

#endif
