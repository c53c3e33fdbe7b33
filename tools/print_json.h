/* SPDX-License-Identifier: MIT */
/* The members of fields.def of an event as JSON: the value of each. */
#ifndef PEERLESS_TOOLS_PRINT_JSON_H
#define PEERLESS_TOOLS_PRINT_JSON_H

#include "json.h"

/* What is kept between events. */
struct print_json_state {
	int64_t last_ns; /* when the last event began */
	struct json_clock clock;
	const char *missing; /* on the last line: reader_missing(); else NULL */
};

/* Writes the member's value, or nothing where it does not apply. */
typedef void print_json_writer(
	struct line *l, const struct event *e, struct print_json_state *state);
extern print_json_writer *const print_json_value[FIELD_COUNT];

#endif
