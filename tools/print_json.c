/* SPDX-License-Identifier: MIT */
/*
 * Format json: JSON Lines, one object an event.  Which members there are, in which order and of
 * which events, stands in fields.def; print_json_fields.c has the value of each.  A line is put
 * together in memory and written in one piece.
 */
#include "print_json.h"

#include <string.h>

#include "printer.h"
#include "util.h"

/* A line: every byte of payload in base64, and the rest. */
enum { LINE_BYTES = 2 * RECORD_PAYLOAD_MAX + 32768 };

struct printer {
	FILE *out;
	struct line line;
	struct print_json_state state;
	struct json_members of[EVENT_LOST + 1];
};

static struct printer *json_open(FILE *out, const struct printer_options *options)
{
	struct printer *p = die_if_null(calloc(1, sizeof(*p)));

	(void)options;
	p->out = out;
	p->line = line_over(die_if_null(malloc(LINE_BYTES)), LINE_BYTES);
	p->state.clock.second = INT64_MIN;
	for (unsigned kind = 0; kind <= EVENT_LOST; kind++)
		p->of[kind] = json_members(kind);
	return p;
}

static void json_event(struct printer *p, const struct event *e)
{
	struct line *l = &p->line;

	json_begin(l);
	for (const uint8_t *id = p->of[e->kind].id; *id < FIELD_COUNT; id++) {
		struct json_place place = json_key(l, *id);

		print_json_value[*id](l, e, &p->state);
		json_value(l, place);
	}
	json_end(l);
	fwrite_unlocked(l->text, 1, l->len, p->out);
}

static void json_close(struct printer *p, const char *missing)
{
	const struct event last = {.kind = EVENT_LOST, .start_ns = p->state.last_ns};

	p->state.missing = missing;
	if (*missing)
		json_event(p, &last);
	free(p->line.text);
	free(p);
}

const struct printer_format printer_json = {
	.name = "json",
	.meaning = "JSON Lines: one object an event",
	.open = json_open,
	.event = json_event,
	.close = json_close,
};
