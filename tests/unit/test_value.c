/* SPDX-License-Identifier: MIT */
/* Quantities: what parses, what is refused and with which words, and what prints back. */
#include "value_fixture.h"

static void defaults_lie_within_their_own_bounds(void **state)
{
	struct config c;
	int id;

	(void)state;
	for (id = 0; id < OPT_COUNT; id++) {
		const struct config_option *o = config_option(id);

		memset(&c, 0, sizeof(c));
		if (parse(&c, id, o->fallback) != 0)
			fail_msg("%s: its default \"%s\" %s", o->name, o->fallback, reason);
		assert_string_equal(print(&c, id), o->fallback);
		assert_true(strlen(o->form) > 0 && strlen(o->meaning) > 0);
		assert_int_equal(config_find(o->name, strlen(o->name)), id);
	}
}

static void seconds_need_a_unit_and_whole_seconds(void **state)
{
	(void)state;
	take(OPT_DETECT_WITHIN, "75s", "75s");
	take(OPT_DETECT_WITHIN, "2s", "2s");
	take(OPT_DETECT_WITHIN, "18h", "18h");
	take(OPT_DETECT_WITHIN, "120s", "2m");
	take(OPT_DETECT_WITHIN, "5000ms", "5s");
	take(OPT_DETECT_WITHIN, "005s", "5s");
	refuse(OPT_DETECT_WITHIN, "5", "has no unit: write 5s");
	refuse(OPT_DETECT_WITHIN, "1s", "is below 2s: write 2s to 18h");
	refuse(OPT_DETECT_WITHIN, "19h", "is above 18h");
	refuse(OPT_DETECT_WITHIN, "2500ms", "is not a whole number of seconds: write 3s");
	refuse(OPT_DETECT_WITHIN, "off", "is no duration");
	refuse(OPT_DETECT_WITHIN, "derived", "is no duration");
}

static void durations_are_digits_and_one_unit(void **state)
{
	static const char *const bad[] = {"", "s", "ms", "abc", "1h30", "1h30m", "1.5s", "-5s",
		"+5s", " 5s", "5s ", "5 s", "5S", "5sec", "0x5s", "5\xc2\xa0s", "\xff", "off ",
		"Off"};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		refuse(OPT_RECV_TIMEOUT, bad[i], "is no duration: write digits and one unit");
	take(OPT_RECV_TIMEOUT, "1ms", "1ms");
	take(OPT_RECV_TIMEOUT, "1500ms", "1500ms");
	take(OPT_RECV_TIMEOUT, "90m", "90m");
	take(OPT_RECV_TIMEOUT, "64800000ms", "18h");
	refuse(OPT_RECV_TIMEOUT, "64800001ms", "is above 18h");
	refuse(OPT_RECV_TIMEOUT, "0s", "is below 1ms: write 1ms to 18h or off");
	refuse(OPT_RECV_TIMEOUT, "derived", "is no duration");
}

static void durations_do_not_overflow(void **state)
{
	uint64_t ms = 7;
	struct line why = line_over(reason, sizeof(reason));

	(void)state;
	refuse(OPT_RECV_TIMEOUT, "18446744073709551617ms", "longer than any time");
	refuse(OPT_RECV_TIMEOUT, "5124095576030432h", "longer than any time");
	refuse(OPT_RECV_TIMEOUT, "18446744073709551616", "has no unit: write 5s");
	refuse(OPT_RECV_TIMEOUT, "2562047788015h", "is above 18h");
	refuse(OPT_RECV_TIMEOUT, "4294967297ms", "is above 18h");
	assert_int_equal(value_number_duration(span_of("9223372036854775807ms"), &ms, &why), 0);
	assert_true(ms == INT64_MAX);
	assert_int_equal(value_number_duration(span_of("9223372036854775808ms"), &ms, &why), -1);
}

static void timeouts_may_be_off_or_derived(void **state)
{
	(void)state;
	take(OPT_USER_TIMEOUT, "off", "off");
	take(OPT_USER_TIMEOUT, "derived", "derived");
	take(OPT_USER_TIMEOUT, "30s", "30s");
	take(OPT_RTO_MAX, "1s", "1s");
	take(OPT_RTO_MAX, "120s", "2m");
	take(OPT_RECV_TIMEOUT, "off", "off");
	refuse(OPT_RTO_MAX, "999ms", "is below 1s: write 1s to 2m, off or derived");
	refuse(OPT_RTO_MAX, "121s", "is above 2m");
	refuse(OPT_CONNECT_TIMEOUT, "499ms", "is below 500ms");
}

static void keepalive_has_three_parts(void **state)
{
	struct config c;

	(void)state;
	take(OPT_KEEPALIVE, "60s/5s/3", "60s/5s/3");
	take(OPT_KEEPALIVE, "2m/5000ms/127", "120s/5s/127");
	take(OPT_KEEPALIVE, "32767s/32767s/1", "32767s/32767s/1");
	take(OPT_KEEPALIVE, "off", "off");
	take(OPT_KEEPALIVE, "derived", "derived");
	assert_int_equal(parse(&c, OPT_KEEPALIVE, "60s/5s/3"), 0);
	assert_int_equal(c.keepalive.idle_s, 60);
	assert_int_equal(c.keepalive.interval_s, 5);
	assert_int_equal(c.keepalive.count, 3);
	refuse(OPT_KEEPALIVE, "75", "has no unit, no interval and no count: write 75s/5s/3");
	refuse(OPT_KEEPALIVE, "75s", "is not idle/interval/count: write 60s/5s/3");
	refuse(OPT_KEEPALIVE, "", "is not idle/interval/count");
	refuse(OPT_KEEPALIVE, "60s/5s", "is not idle/interval/count");
	refuse(OPT_KEEPALIVE, "60s/5s/3/1", "is not idle/interval/count");
	refuse(OPT_KEEPALIVE, "60/5s/3", "has an idle that has no unit: write 60s");
	refuse(OPT_KEEPALIVE, "60s/5/3", "has an interval that has no unit: write 5s");
	refuse(OPT_KEEPALIVE, "60s/1500ms/3", "has an interval that is not a whole number");
	refuse(OPT_KEEPALIVE, "0s/5s/3", "has an idle that is below 1s");
	refuse(OPT_KEEPALIVE, "32768s/5s/3", "has an idle that is above 32767s");
	refuse(OPT_KEEPALIVE, "60s/32768s/3", "has an interval that is above 32767s");
	refuse(OPT_KEEPALIVE, "60s/5s/0", "has a count that is not 1 to 127");
	refuse(OPT_KEEPALIVE, "60s/5s/128", "has a count that is not 1 to 127");
	refuse(OPT_KEEPALIVE, "60s/5s/3s", "has a count that is not 1 to 127");
	refuse(OPT_KEEPALIVE, "60s/5s/", "has a count that is not 1 to 127");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_lie_within_their_own_bounds),
		cmocka_unit_test(seconds_need_a_unit_and_whole_seconds),
		cmocka_unit_test(durations_are_digits_and_one_unit),
		cmocka_unit_test(durations_do_not_overflow),
		cmocka_unit_test(timeouts_may_be_off_or_derived),
		cmocka_unit_test(keepalive_has_three_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
