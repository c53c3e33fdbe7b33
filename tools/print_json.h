/* SPDX-License-Identifier: MIT */
/* The members of fields.def as JSON: key and value of each. */
#ifndef PEERLESS_TOOLS_PRINT_JSON_H
#define PEERLESS_TOOLS_PRINT_JSON_H

#include "fields.h"
#include "runtime/line.h"

/* What is kept between events. */
struct print_json_state {
	int64_t last_ns;     /* when the last event began */
	int64_t second;      /* since 1970, of date */
	char date[24];       /* "2026-11-21T12:00:01" */
	const char *missing; /* on the last line: reader_missing(); else NULL */
};

/* ,"name": */
struct print_json_key {
	const char *text;
	size_t len;
};
extern const struct print_json_key print_json_key[FIELD_COUNT];

/* Writes the member's value, or nothing where it does not apply. */
typedef void print_json_writer(
	struct line *l, const struct event *e, struct print_json_state *state);
extern print_json_writer *const print_json_value[FIELD_COUNT];

#endif
