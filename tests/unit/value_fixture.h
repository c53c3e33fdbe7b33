/* SPDX-License-Identifier: MIT */
/* For the tests of option values: take() and refuse(), with the reason and the way back. */
#ifndef PEERLESS_VALUE_FIXTURE_H
#define PEERLESS_VALUE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <signal.h>

#include <cmocka.h>

#include "runtime/config.h"
#include "runtime/span.h"
#include "runtime/value_number.h"
#include "sys/compiler.h"

static char reason[512];

static int parse(struct config *c, enum opt_id id, const char *text)
{
	struct line why = line_over(reason, sizeof(reason));
	int rc = -2;

	switch (id) {
#define OPT(field, NAME, type, def, min, max, scope, meaning)                                    \
	case OPT_##NAME:                                                                         \
		rc = value_parse_##type(&c->field, text, (struct value_bounds){min, max}, &why); \
		break;
#include "config.def"
#undef OPT
	case OPT_COUNT: break;
	}
	assert_false(why.cut);
	return rc;
}

static const char *print(const struct config *c, enum opt_id id)
{
	static char text[2048];
	struct line l = line_over(text, sizeof(text));

	config_print(&l, c, id);
	assert_false(l.cut);
	return text;
}

/* Text that must be refused, with this in the reason, and must change nothing. */
static void refuse(enum opt_id id, const char *text, const char *part)
{
	struct config c, before;

	memset(&c, 0x11, sizeof(c));
	before = c;
	if (parse(&c, id, text) != -1)
		fail_msg("%s: \"%s\" was taken", config_option(id)->name, text);
	if (!strstr(reason, part))
		fail_msg(
			"%s: \"%s\" %s; expected: %s", config_option(id)->name, text, reason, part);
	assert_memory_equal(&c, &before, sizeof(c));
}

/* Text that must be taken; printed, it reads `printed` and parses to the same again. */
static void take(enum opt_id id, const char *text, const char *printed)
{
	struct config c, again;
	char copy[2048];

	memset(&c, 0, sizeof(c));
	memset(&again, 0, sizeof(again));
	if (parse(&c, id, text) != 0)
		fail_msg("%s: \"%s\" %s", config_option(id)->name, text, reason);
	assert_string_equal(reason, "");
	assert_string_equal(print(&c, id), printed);
	strcpy(copy, printed);
	assert_int_equal(parse(&again, id, copy), 0);
	assert_string_equal(print(&again, id), printed);
}

#endif
