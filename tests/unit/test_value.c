/* SPDX-License-Identifier: MIT */
/* Option values: what parses, what is refused and with which words, and what prints back. */
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

static void words_are_exact(void **state)
{
	struct config c;

	(void)state;
	take(OPT_OVERRIDE, "app", "app");
	take(OPT_OVERRIDE, "force", "force");
	take(OPT_SIGPIPE, "auto", "auto");
	take(OPT_SIGPIPE, "safe", "safe");
	take(OPT_SIGPIPE, "off", "off");
	take(OPT_ON_DEATH_ALSO, "none", "none");
	take(OPT_ON_DEATH_ALSO, "closed", "closed");
	take(OPT_LOG_LEVEL, "death", "death");
	take(OPT_LOG_LEVEL, "conn", "conn");
	take(OPT_LOG_FORMAT, "text", "text");
	take(OPT_LOG_FORMAT, "json", "json");
	take(OPT_CHILDREN, "inherit", "inherit");
	take(OPT_CHILDREN, "strip", "strip");
	take(OPT_CHILDREN, "force", "force");
	take(OPT_SECCOMP, "auto", "auto");
	take(OPT_SECCOMP, "strict", "strict");
	take(OPT_SECCOMP, "ignore", "ignore");
	take(OPT_DISABLE, "0", "0");
	take(OPT_DISABLE, "1", "1");
	assert_int_equal(parse(&c, OPT_SECCOMP, "strict"), 0);
	assert_int_equal(c.seccomp, SECCOMP_STRICT);
	assert_int_equal(parse(&c, OPT_CHILDREN, "strip"), 0);
	assert_int_equal(c.children, CHILDREN_STRIP);
	assert_int_equal(parse(&c, OPT_SIGPIPE, "off"), 0);
	assert_int_equal(c.sigpipe, SIGPIPE_OFF);
	refuse(OPT_OVERRIDE, "", "write app or force");
	refuse(OPT_SIGPIPE, "AUTO", "write auto, safe or off");
	refuse(OPT_LOG_LEVEL, "con", "write death or conn");
	refuse(OPT_LOG_FORMAT, "jsonl", "write text or json");
	refuse(OPT_CHILDREN, "no", "write inherit, strip or force");
	refuse(OPT_SECCOMP, "on", "write auto, strict or ignore");
	refuse(OPT_DISABLE, "yes", "write 0 or 1");
	refuse(OPT_DISABLE, "2", "write 0 or 1");
}

static void actions_take_their_argument(void **state)
{
	struct config c;

	(void)state;
	take(OPT_ON_DEATH, "error", "error");
	take(OPT_ON_DEATH, "shutdown", "shutdown");
	take(OPT_ON_DEATH, "abort", "abort");
	take(OPT_ON_DEATH, "exit", "exit:1");
	take(OPT_ON_DEATH, "exit:0", "exit:0");
	take(OPT_ON_DEATH, "exit:255", "exit:255");
	take(OPT_ON_DEATH, "signal:TERM", "signal:TERM");
	take(OPT_ON_DEATH, "signal:SIGTERM", "signal:TERM");
	take(OPT_ON_DEATH, "signal:KILL", "signal:KILL");
	take(OPT_ON_DEATH, "signal:SIGSTOP", "signal:STOP");
	take(OPT_ON_DEATH, "signal:CLD", "signal:CHLD");
	assert_int_equal(parse(&c, OPT_ON_DEATH, "signal:USR2"), 0);
	assert_int_equal(c.on_death.number, SIGUSR2);
	assert_int_equal(parse(&c, OPT_ON_DEATH, "exit"), 0);
	assert_int_equal(c.on_death.number, 1);
	refuse(OPT_ON_DEATH, "exit:256", "an exit status that is not 0 to 255");
	refuse(OPT_ON_DEATH, "exit:", "an exit status that is not 0 to 255");
	refuse(OPT_ON_DEATH, "exit:-1", "an exit status that is not 0 to 255");
	refuse(OPT_ON_DEATH, "signal:", "names no signal");
	refuse(OPT_ON_DEATH, "signal:SIG", "names no signal");
	refuse(OPT_ON_DEATH, "signal:15", "names no signal");
	refuse(OPT_ON_DEATH, "signal:TERMX", "names no signal");
	refuse(OPT_ON_DEATH, "die", "is no action: write log, error, shutdown, exit");
}

static void every_signal_of_signal_7_has_its_name(void **state)
{
	int number;

	(void)state;
	for (number = 1; number < 32; number++) {
		char text[32] = "signal:";
		struct config c = {.on_death = {ACTION_LOG, 0}};

		strcat(text, sigabbrev_np(number));
		assert_int_equal(parse(&c, OPT_ON_DEATH, text), 0);
		assert_int_equal(c.on_death.number, number);
		/* glibc says POLL where signal(7) says IO first: one number, two names */
		if (number != SIGPOLL)
			assert_string_equal(print(&c, OPT_ON_DEATH), text);
	}
}

static void targets_are_absolute(void **state)
{
	static char longest[6000] = "file:";
	struct config c;

	(void)state;
	take(OPT_LOG, "stderr", "stderr");
	take(OPT_LOG, "off", "off");
	take(OPT_LOG, "file:/var/log/p.log", "file:/var/log/p.log");
	refuse(OPT_LOG, "file:p.log", "is not absolute");
	refuse(OPT_LOG, "file:", "is not absolute");
	refuse(OPT_LOG, "/var/log/p", "write stderr, off or file:/var/log/p");
	refuse(OPT_LOG, "stdout", "write stderr, off or file:/absolute/path");
	memset(longest + 5, '/', 4095);
	assert_int_equal(parse(&c, OPT_LOG, longest), 0);
	memset(longest + 5, '/', 4096);
	refuse(OPT_LOG, longest, "is longer than a path can be");
}

static void globs_have_no_empty_element(void **state)
{
	(void)state;
	take(OPT_ONLY, "", "");
	take(OPT_ONLY, "nginx", "nginx");
	take(OPT_ONLY, "nginx, redis-*,?", "nginx, redis-*,?");
	refuse(OPT_ONLY, ",", "has an empty element");
	refuse(OPT_ONLY, "a,,b", "has an empty element");
	refuse(OPT_ONLY, "a,", "has an empty element");
	refuse(OPT_ONLY, " ", "has an empty element");
	refuse(OPT_ONLY, "redis[0-9]", "has a bracket");
	refuse(OPT_ONLY, "/usr/bin/x", "has a slash");
}

static void globs_match_whole_names(void **state)
{
	static char stars[200];
	static char as[4000];

	(void)state;
	assert_true(value_glob_match("nginx", "nginx"));
	assert_false(value_glob_match("nginx", "nginx2"));
	assert_false(value_glob_match("nginx", "ngin"));
	assert_true(value_glob_match("a,b , c*", "b"));
	assert_true(value_glob_match("a,b , c*", "czz"));
	assert_true(value_glob_match("*", ""));
	assert_true(value_glob_match("*a*b*", "xxaxxbxx"));
	assert_true(value_glob_match("*ab", "aab"));
	assert_false(value_glob_match("*a*b?", "xxaxxb"));
	assert_true(value_glob_match("p?t", "pet"));
	assert_false(value_glob_match("p?t", "pt"));
	assert_false(value_glob_match("", ""));
	assert_false(value_glob_match("", "x"));
	/* exponential matchers do not come back from this */
	for (size_t i = 0; i + 3 < sizeof(stars); i += 2)
		memcpy(stars + i, "a*", 3);
	memset(as, 'a', sizeof(as) - 1);
	strcat(stars, "b");
	assert_false(value_glob_match(stars, as));
}

static void spans_measure_edits(void **state)
{
	(void)state;
	assert_int_equal(span_distance(span_of("TCP_NODELAY"), "TCP_NODELAY"), 0);
	assert_int_equal(span_distance(span_of("tcp-nodely"), "TCP_NODELAY"), 1);
	assert_int_equal(span_distance(span_of("tcp-nodellay"), "TCP_NODELAY"), 1);
	assert_int_equal(span_distance(span_of("kitten"), "sitting"), 3);
	assert_int_equal(span_distance(span_of(""), "abc"), 3);
	assert_int_equal(span_distance(span_of("abc"), ""), 3);
}

static void option_names_fold_case_and_dashes(void **state)
{
	(void)state;
	assert_int_equal(config_find("detect-within", 13), OPT_DETECT_WITHIN);
	assert_int_equal(config_find("Detect_Within", 13), OPT_DETECT_WITHIN);
	assert_int_equal(config_find("DETECT_WITHIN=5s", 13), OPT_DETECT_WITHIN);
	assert_int_equal(config_find("detectwithin", 12), -1);
	assert_int_equal(config_find("detect-withi", 12), -1);
	assert_int_equal(config_find("detect-within-x", 15), -1);
	assert_int_equal(config_find("", 0), -1);
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
		cmocka_unit_test(words_are_exact),
		cmocka_unit_test(actions_take_their_argument),
		cmocka_unit_test(every_signal_of_signal_7_has_its_name),
		cmocka_unit_test(targets_are_absolute),
		cmocka_unit_test(globs_have_no_empty_element),
		cmocka_unit_test(globs_match_whole_names),
		cmocka_unit_test(spans_measure_edits),
		cmocka_unit_test(option_names_fold_case_and_dashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
