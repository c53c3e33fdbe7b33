/* SPDX-License-Identifier: MIT */
/* Numbers for people: three digits and a unit, at every edge. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "human.h"

static void numbers_are_for_people(void **state)
{
	static const struct {
		uint64_t n;
		const char *time, *bytes, *count;
	} rows[] = {
		{0, "0", "0", "0"},
		{999, "999 ns", "999 B", "999"},
		{1000, "1.00 us", "1.00 kB", "1000"},
		{35199, "35.1 us", "35.1 kB", "35199"},
		{999999, "999 us", "999 kB", "999999"},
		{9999999, "9.99 ms", "9.99 MB", "9999999"},
		{10000000, "10.0 ms", "10.0 MB", "10.0 M"},
		{1234567890123, "20m34s", "1.23 TB", "1.23 T"},
		{12345678901234, "3h25m", "12.3 TB", "12.3 T"},
		{1234567890123456, "14d06h", "1.23 PB", "1.23 P"},
		{UINT64_MAX, "213503d", "18.4 EB", "18.4 E"},
	};
	char text[HUMAN_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(human_time(text, rows[i].n), rows[i].time);
		assert_string_equal(human_bytes(text, rows[i].n), rows[i].bytes);
		assert_string_equal(human_count(text, rows[i].n), rows[i].count);
	}
	assert_string_equal(human_share(text, 1, 0), "-");
	assert_string_equal(human_share(text, 2, 3), "66.6 %");
	assert_string_equal(human_share(text, UINT64_MAX, UINT64_MAX), "100.0 %");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_for_people),
	};

	return cmocka_run_group_tests_name("human", tests, NULL, NULL);
}
