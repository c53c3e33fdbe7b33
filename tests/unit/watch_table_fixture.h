/* SPDX-License-Identifier: MIT */
/* What the table of peerless watch says of the rows of watch_fixture.h. */
#ifndef PEERLESS_TESTS_WATCH_TABLE_FIXTURE_H
#define PEERLESS_TESTS_WATCH_TABLE_FIXTURE_H

#include "watch_fixture.h"
#include "watch_table.h"

static inline char *printed(const struct watch_table_options *o)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	watch_table_print(out, rows, count, o);
	fclose(out);
	return text;
}

static inline void says(const char *expected)
{
	char *text = printed(NULL);

	assert_string_equal(text, expected);
	free(text);
}

/* Do these stand in the table one after the other? */
static inline void in_order(const char *const *what)
{
	char *text = printed(NULL), *at = text;

	for (; *what; what++) {
		at = strstr(at, *what);
		if (!at)
			fail_msg("\"%s\" is missing or too early in\n%s", *what, text);
	}
	free(text);
}

#endif
