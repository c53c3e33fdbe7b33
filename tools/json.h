/* SPDX-License-Identifier: MIT */
/*
 * A JSON line of members of fields.def: what the formats of recordings and of peerless watch have
 * in common.  An object: json_begin(); for each member json_key(), its value, json_value();
 * json_end().
 */
#ifndef PEERLESS_TOOLS_JSON_H
#define PEERLESS_TOOLS_JSON_H

#include "fields.h"
#include "runtime/line.h"

/* Those members that stand in an event of this kind, in order; FIELD_COUNT ends them. */
struct json_members {
	uint8_t id[FIELD_COUNT + 1];
};
struct json_members json_members(unsigned kind);

/* gmtime_r() is slow: the date of a second is kept. */
struct json_clock {
	int64_t second; /* since 1970, of date; INT64_MIN: none yet */
	char date[24];  /* "2026-11-21T12:00:01" */
};
/* "2026-11-21T12:00:01.000000000Z" of nanoseconds since 1970, in quotes. */
void json_time(struct line *l, struct json_clock *c, int64_t ns);

static inline void json_begin(struct line *l)
{
	l->len = 0;
}

static inline void json_end(struct line *l)
{
	l->text[0] = '{'; /* in place of the first comma */
	line_mem(l, "}\n", 2);
}

/* Where a member begins, and its value. */
struct json_place {
	size_t key, value;
};
struct json_place json_key(struct line *l, unsigned id);

/* Behind the value: a member whose value is no text at all is not there. */
static inline void json_value(struct line *l, struct json_place p)
{
	if (l->len == p.value)
		l->len = p.key;
}

#endif
