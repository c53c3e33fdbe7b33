/* SPDX-License-Identifier: MIT */
/* What -e lets through, asked of events of one connection: for test_filter, test_filter_peers. */
#ifndef FILTER_FIXTURE_H
#define FILTER_FIXTURE_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "event_fixture.h"
#include "filter.h"
#include "sys/compiler.h"

static struct connection conn;

static inline int setup(void **state)
{
	(void)state;
	conn = fixture_conn(1, CONN_CONNECT, fixture_ip(2, 5432));
	return 0;
}

/* Of several -e. */
static inline bool passes_all(struct event e, const char *const *expr)
{
	struct filter *f = filter_new();
	char why[FILTER_WHY_MAX];
	bool passes;

	for (; *expr; expr++)
		if (filter_add(f, *expr, why))
			fail_msg("%s: %s", *expr, why);
	passes = filter_accepts(f, &e);
	filter_free(f);
	return passes;
}

#define PASSES(e, ...) assert_true(passes_all(e, (const char *const[]){__VA_ARGS__, NULL}))
#define STAYS(e, ...)  assert_false(passes_all(e, (const char *const[]){__VA_ARGS__, NULL}))

static inline struct event call(enum call_id id, int ret)
{
	return fixture_call(&conn, id, event_class(id), 0, 2, ret);
}

#endif
