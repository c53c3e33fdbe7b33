/* SPDX-License-Identifier: MIT */
/* Words, actions, targets, globs and names: as in test_value.c. */
#include "value_fixture.h"

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
	take(OPT_LOG_LEVEL, "config", "config");
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
	refuse(OPT_LOG_LEVEL, "con", "write config, death or conn");
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
