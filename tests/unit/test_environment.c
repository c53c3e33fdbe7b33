/* SPDX-License-Identifier: MIT */
/* CHILDREN: what is taken out of an environment, and what is put back. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/environment.h"

/* Strings that may be edited, as those of a real environment. */
static char **copy_of(const char *const *list)
{
	static char text[32][128];
	static char *out[32];
	int n = 0;

	for (; list[n]; n++)
		out[n] = strcpy(text[n], list[n]);
	out[n] = NULL;
	return out;
}

static void expect(char *const *got, const char *const *want)
{
	int i;

	for (i = 0; want[i]; i++)
		assert_string_equal(got[i] ? got[i] : "(end)", want[i]);
	assert_null(got[i]);
}

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

static void strip_leaves_nothing_of_ours(void **state)
{
	char **e = copy_of(LIST("A=1", "PEERLESS_LOG=off", "LD_PRELOAD=/x/libpeerless.so", "B=2"));

	(void)state;
	environment_init(CHILDREN_STRIP, e);
	expect(e, LIST("A=1", "B=2"));
}

static void strip_leaves_other_preloads(void **state)
{
	static const struct {
		const char *before, *after;
	} row[] = {
		{"LD_PRELOAD=/a.so:/x/libpeerless.so", "LD_PRELOAD=/a.so"},
		{"LD_PRELOAD=/x/libpeerless.so:/a.so", "LD_PRELOAD=/a.so"},
		{"LD_PRELOAD=/a.so /x/libpeerless.so /b.so", "LD_PRELOAD=/a.so /b.so"},
		{"LD_PRELOAD=/a.so", "LD_PRELOAD=/a.so"},
		{"LD_PRELOAD=", "LD_PRELOAD="},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char **e = copy_of(LIST(row[i].before));

		environment_init(CHILDREN_STRIP, e);
		expect(e, LIST(row[i].after));
	}
}

static void inherit_changes_nothing(void **state)
{
	char **e = copy_of(LIST("PEERLESS_LOG=off", "LD_PRELOAD=/x/libpeerless.so"));
	struct environment room;

	(void)state;
	environment_init(CHILDREN_INHERIT, e);
	expect(e, LIST("PEERLESS_LOG=off", "LD_PRELOAD=/x/libpeerless.so"));
	assert_ptr_equal(environment_for_child(e, &room), e);
}

/* From here on there is something to force; it cannot be taken back. */
static void force_puts_back_what_is_missing(void **state)
{
	char **e = copy_of(LIST("PEERLESS_LOG=off", "PEERLESS_CHILDREN=force",
		"LD_PRELOAD=/a.so:/x/libpeerless.so"));
	struct environment room;

	(void)state;
	environment_init(CHILDREN_FORCE, e);
	memset(e[0], 'x', strlen(e[0])); /* programs overwrite their environment */
	expect(environment_for_child(copy_of(LIST("A=1")), &room),
		LIST("A=1", "PEERLESS_LOG=off", "PEERLESS_CHILDREN=force",
			"LD_PRELOAD=/x/libpeerless.so"));
	expect(environment_for_child(
		       copy_of(LIST("LD_PRELOAD=/b.so", "PEERLESS_LOG=stderr")), &room),
		LIST("LD_PRELOAD=/b.so:/x/libpeerless.so", "PEERLESS_LOG=stderr",
			"PEERLESS_CHILDREN=force"));
	expect(environment_for_child(copy_of(LIST("LD_PRELOAD=/x/libpeerless.so:/b.so",
					     "PEERLESS_LOG=off", "PEERLESS_CHILDREN=force")),
		       &room),
		LIST("LD_PRELOAD=/x/libpeerless.so:/b.so", "PEERLESS_LOG=off",
			"PEERLESS_CHILDREN=force"));
	expect(environment_for_child(NULL, &room), /* after clearenv() */
		LIST("PEERLESS_LOG=off", "PEERLESS_CHILDREN=force",
			"LD_PRELOAD=/x/libpeerless.so"));
}

static void force_passes_on_what_is_too_large(void **state)
{
	char *many[ENVIRONMENT_VARIABLES_MAX + 1], preload[ENVIRONMENT_PRELOAD_MAX + 16];
	struct environment room;
	char *long_list[] = {preload, NULL};

	(void)state;
	for (int i = 0; i < ENVIRONMENT_VARIABLES_MAX; i++)
		many[i] = (char *)"A=1";
	many[ENVIRONMENT_VARIABLES_MAX] = NULL;
	assert_ptr_equal(environment_for_child(many, &room), many);
	many[ENVIRONMENT_VARIABLES_MAX - 3] = NULL; /* room for two, the library and the end */
	assert_ptr_equal(environment_for_child(many, &room), many);
	many[ENVIRONMENT_VARIABLES_MAX - 4] = NULL;
	assert_ptr_equal(environment_for_child(many, &room), room.variable);

	memset(preload, 'p', sizeof(preload));
	memcpy(preload, "LD_PRELOAD=", 11);
	preload[sizeof(preload) - 1] = '\0';
	assert_ptr_equal(environment_for_child(long_list, &room), long_list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strip_leaves_nothing_of_ours),
		cmocka_unit_test(strip_leaves_other_preloads),
		cmocka_unit_test(inherit_changes_nothing),
		cmocka_unit_test(force_puts_back_what_is_missing),
		cmocka_unit_test(force_passes_on_what_is_too_large),
	};

	return cmocka_run_group_tests_name("environment", tests, NULL, NULL);
}
