/* SPDX-License-Identifier: MIT */
/* Rules: which connection each matches, and those that none can. */
#include "settings_fixture.h"

static int rule_for_listener(int port)
{
	const struct rule *r = rules_match(&settings, NULL, port);

	return r ? (int)(r - settings.rule) : -1;
}

static void peers_match_by_network_and_port(void **state)
{
	(void)state;
	assert_int_equal(load_rules("[peer 10.1.0.0/16:5432] [peer 10.0.0.0/8:8000-8099]"
				    "[peer [2001:db8::]/32:443] [peer 192.0.2.1] [peer *:22]"),
		0);
	assert_int_equal(rule_for("10.1.2.3", 5432), 0);
	assert_int_equal(rule_for("10.2.2.3", 5432), -1);
	assert_int_equal(rule_for("10.1.2.3", 8000), 1);
	assert_int_equal(rule_for("10.1.2.3", 8099), 1);
	assert_int_equal(rule_for("10.1.2.3", 8100), -1);
	assert_int_equal(rule_for("10.1.2.3", 7999), -1);
	assert_int_equal(rule_for("2001:db8:1::1", 443), 2);
	assert_int_equal(rule_for("2001:db9::1", 443), -1);
	assert_int_equal(rule_for("192.0.2.1", 1), 3);
	assert_int_equal(rule_for("192.0.2.1", 22), 3);
	assert_int_equal(rule_for("192.0.2.2", 22), 4);
	assert_int_equal(rule_for("::1", 22), 4);
}

static void sides_do_not_mix(void **state)
{
	struct endpoint end = at("10.0.0.1", 80), local = {.family = AF_UNIX}, unknown = {0};

	(void)state;
	assert_int_equal(load_rules("[peer *] on-death=error [listen 80] [listen 8000-8001]"), 0);
	assert_int_equal(rule_for_listener(80), 1);
	assert_int_equal(rule_for_listener(8001), 2);
	assert_int_equal(rule_for_listener(81), -1);
	assert_ptr_equal(rules_match(&settings, &end, 80), &settings.rule[1]);
	assert_null(rules_match(&settings, &end, 81));
	assert_null(rules_match(&settings, NULL, -1));
	assert_ptr_equal(rules_match(&settings, &end, -1), &settings.rule[0]);
	assert_ptr_equal(rules_match(&settings, &local, -1), &settings.rule[0]);
	assert_ptr_equal(rules_match(&settings, &unknown, -1), &settings.rule[0]);
	assert_int_equal(load_rules("[peer 0.0.0.0/0]"), 0);
	assert_null(rules_match(&settings, &local, -1));
	assert_null(rules_match(&settings, &unknown, -1));
}

static void shadowed(const char *rules, const char *part)
{
	load_rules(rules);
	expect_only(part);
	expect_complaint("can never match: ");
}

static void what_can_never_match_is_told(void **state)
{
	(void)state;
	shadowed("[peer *] [peer 10.0.0.1]; recv-timeout=1",
		"PEERLESS_RULES: [peer 10.0.0.1]: can never match: [peer *] in PEERLESS_RULES "
		"covers it and comes first");
	shadowed("[peer 10.0.0.0/8:1-100] [peer 10.1.0.0/16:80]", "[peer 10.0.0.0/8:1-100]");
	shadowed("[peer 10.0.0.1] [peer 10.0.0.1]", "[peer 10.0.0.1]");
	shadowed("[peer 10.0.0.1] [peer ::ffff:10.0.0.1]", "[peer 10.0.0.1]");
	shadowed("[peer ::/0] [peer [::1]:80]", "[peer ::/0]");
	shadowed("[listen 1-100] [listen 80]", "[listen 1-100]");
	load_file("[listen *]\n[listen 80]\nrecv-timeout=5\n");
	expect_only(":2: [listen 80]: can never match: [listen *] in line 1 covers it");
	assert_int_equal(load_rules("[peer 10.0.0.0/8:80] [peer 10.0.0.0/8] [peer *:80]"
				    "[peer ::/0] [peer *] [listen 80] [listen *]"),
		0);
	assert_int_equal(settings.rule_count, 7);
	assert_int_equal(load_rules("[peer 10.0.0.0/16] [peer 10.0.0.0/8] [peer 11.0.0.0/8]"), 0);
	assert_int_equal(load_rules("[peer *:1-65535] [peer *]"), 0);
	assert_int_equal(load_rules("[listen *] [peer *]"), 0);
}

static void sixty_four_rules_fit(void **state)
{
	char text[8192] = "";
	int i;

	(void)state;
	for (i = 1; i <= RULES_MAX; i++)
		sprintf(text + strlen(text), "[listen %d] recv-timeout=%ds;", i, i);
	assert_int_equal(load_rules(text), 0);
	assert_int_equal(settings.rule_count, RULES_MAX);
	expect_option(&settings.rule[RULES_MAX - 1].config, OPT_RECV_TIMEOUT, "64s");
	strcat(text, "[listen 1000] recv-timeout=1; [listen 1001]");
	load_rules(text);
	expect_only("[listen 1000]: is one too many, as are all that follow: 64 rules fit");
	assert_int_equal(settings.rule_count, RULES_MAX);
}

static void heads_of_any_length_are_told(void **state)
{
	static char text[100000] = "[peer ";

	(void)state;
	memset(text + 6, 'x', sizeof(text) - 8);
	text[sizeof(text) - 2] = ']';
	load_rules(text);
	expect_only("is no address");
	memset(text, '[', sizeof(text) - 1);
	load_rules(text);
	expect_only("has a bracket too few");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(peers_match_by_network_and_port),
		cmocka_unit_test(sides_do_not_mix),
		cmocka_unit_test(what_can_never_match_is_told),
		cmocka_unit_test(sixty_four_rules_fit),
		cmocka_unit_test(heads_of_any_length_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
