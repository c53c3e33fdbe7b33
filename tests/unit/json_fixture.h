/* SPDX-License-Identifier: MIT */
/* What format json prints of one event, and whether it is what fields.def promises. */
#ifndef PEERLESS_TESTS_JSON_FIXTURE_H
#define PEERLESS_TESTS_JSON_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fields.h"
#include "format_fixture.h"
#include "runtime/connpool.h"

/* For each member, the kinds of events in which it was seen. */
static unsigned seen[FIELD_COUNT];

static inline char *printed(struct event e)
{
	struct fixture_output o;

	fixture_open(&o, &printer_json);
	fixture_put(&o, e);
	return fixture_close(&o, "");
}

/* Behind a string of RFC 8259 that is ASCII. */
static inline const char *skip_string(const char *at)
{
	assert_int_equal(*at, '"');
	for (at++; *at != '"'; at++) {
		assert_true(*at >= ' ' && *at < 0x7f);
		if (*at != '\\')
			continue;
		at++;
		assert_non_null(strchr("\"\\bfnrtu", *at));
		if (*at == 'u') {
			assert_int_equal(strspn(at + 1, "0123456789abcdef") >= 4, 1);
			at += 4;
		}
	}
	return at + 1;
}

static inline const char *skip_number(const char *at)
{
	at += *at == '-';
	assert_true(*at >= '0' && *at <= '9');
	return at + strspn(at, "0123456789");
}

/* One object of known members, each at most once, in order, of its type; an end of line. */
static inline void check(const char *at, enum event_kind kind)
{
	unsigned id = 0;

	for (assert_int_equal(*at, '{'); *at != '}'; id++) {
		const char *name = at + 2, *end = skip_string(at + 1) - 1;

		if (at[0] != '{')
			assert_int_equal(at[0], ',');
		while (id < FIELD_COUNT && (strlen(fields_row[id].name) != (size_t)(end - name) ||
						   strncmp(fields_row[id].name, name, end - name)))
			id++;
		assert_true(id < FIELD_COUNT);
		seen[id] |= 1u << kind;
		assert_int_equal(end[1], ':');
		at = strcmp(fields_row[id].type, "number") ? skip_string(end + 2)
							   : skip_number(end + 2);
	}
	assert_string_equal(at, "}\n");
}

static inline void check_event(struct event e)
{
	char *text = printed(e);

	check(text, e.kind);
	free(text);
}

#endif
