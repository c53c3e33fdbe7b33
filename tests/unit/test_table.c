/* SPDX-License-Identifier: MIT */
/* table: what is asked for in the order of its adding is found without hashing, all else by it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static unsigned hashed;

#define HASH_FUNCTION(key, len, hash)     \
	do {                              \
		hashed++;                 \
		HASH_JEN(key, len, hash); \
	} while (0)
#include "table.h"

enum { COUNT = 1000 };

struct thing {
	uint64_t number;
	UT_hash_handle hh;
};

static struct thing *things;

static int make(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < COUNT; i++) {
		struct thing *t = calloc(1, sizeof(*t));

		t->number = i * 7919 % COUNT;
		HASH_ADD(hh, things, number, sizeof(t->number), t);
	}
	hashed = 0;
	return 0;
}

static int forget(void **state)
{
	struct thing *t, *next;

	(void)state;
	HASH_ITER(hh, things, t, next)
	{
		HASH_DEL(things, t);
		free(t);
	}
	return 0;
}

/* Each in the order given, i * step; how many were hashed. */
static unsigned find_all(uint64_t step)
{
	struct thing *last = NULL;

	hashed = 0;
	for (uint64_t i = 0; i < COUNT; i++) {
		uint64_t number = i * step % COUNT;
		struct thing *t;

		TABLE_FIND(things, last, number, &number, t);
		assert_non_null(t);
		assert_int_equal(t->number, number);
		last = t;
	}
	return hashed;
}

static void the_same_order_needs_no_hash(void **state)
{
	(void)state;
	assert_int_equal(find_all(7919), 0);
	assert_int_equal(find_all(7919), 0);
}

static void any_other_order_finds_the_same(void **state)
{
	(void)state;
	assert_in_range(find_all(1), COUNT / 2, COUNT);
	assert_in_range(find_all(3), COUNT / 2, COUNT);
}

static void what_is_not_there_is_not_found(void **state)
{
	uint64_t number = COUNT;
	struct thing *t, *last = NULL, *none = NULL;

	(void)state;
	TABLE_FIND(none, last, number, &number, t);
	assert_null(t);
	TABLE_FIND(things, last, number, &number, t);
	assert_null(t);
	for (last = things; last->hh.next; last = last->hh.next)
		;
	TABLE_FIND(things, last, number, &number, t);
	assert_null(t);
	/* After the last one comes, at a new dump, the first. */
	number = things->number;
	TABLE_FIND(things, last, number, &number, t);
	assert_ptr_equal(t, things);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_same_order_needs_no_hash, make, forget),
		cmocka_unit_test_setup_teardown(any_other_order_finds_the_same, make, forget),
		cmocka_unit_test_setup_teardown(what_is_not_there_is_not_found, make, forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
