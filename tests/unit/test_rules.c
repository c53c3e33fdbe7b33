/* SPDX-License-Identifier: MIT */
/* Rules: their heads as text, and what each of them ends up with. */
#include "settings_fixture.h"

static void printed(const struct rule *r, char *out, size_t size)
{
	struct line l = line_over(out, size);

	rule_print(&l, r);
}

/* A legal head: it prints as `want`, and that is the same rule again. */
static void take(const char *head, const char *want)
{
	struct rule first;
	char text[128];

	if (load_rules(head) != 0)
		fail_msg("%s: %s", head, complaints);
	assert_int_equal(settings.rule_count, 1);
	first = settings.rule[0];
	printed(&first, text, sizeof(text));
	assert_string_equal(text, want);
	assert_int_equal(load_rules(want), 0);
	assert_int_equal(settings.rule[0].kind, first.kind);
	assert_int_equal(settings.rule[0].prefix, first.prefix);
	assert_int_equal(settings.rule[0].port_low, first.port_low);
	assert_int_equal(settings.rule[0].port_high, first.port_high);
	assert_int_equal(settings.rule[0].net.family, first.net.family);
	assert_memory_equal(settings.rule[0].net.ip, first.net.ip, 16);
}

static void refuse(const char *head, const char *part)
{
	char text[256];

	snprintf(text, sizeof(text), "%s recv-timeout=9; junk", head);
	load_rules(text);
	expect_only(part);
	expect_complaint("PEERLESS_RULES: ");
	assert_int_equal(settings.rule_count, 0);
	snprintf(text, sizeof(text), "[default]\n%s\nrecv-timeout=9\njunk\n", head);
	load_file(text);
	assert_int_equal(complaint_count, 1);
	expect_complaint(":2: ");
	assert_int_equal(settings.rule_count, 0);
}

static void heads_are_read_and_printed(void **state)
{
	(void)state;
	take("[peer 10.0.0.0/8:5432]", "[peer 10.0.0.0/8:5432]");
	take("[peer 10.0.0.2:5432]", "[peer 10.0.0.2:5432]");
	take("[peer 10.0.0.2/32]", "[peer 10.0.0.2]");
	take("[peer 10.0.0.0/8:8000-8099]", "[peer 10.0.0.0/8:8000-8099]");
	take("[ Peer\t10.0.0.0/8 ]", "[peer 10.0.0.0/8]");
	take("[peer 0.0.0.0/0]", "[peer 0.0.0.0/0]");
	take("[peer *]", "[peer *]");
	take("[peer *:5432]", "[peer *:5432]");
	take("[peer *:1-65535]", "[peer *:1-65535]");
	take("[peer 2001:db8::/32]", "[peer 2001:db8::/32]");
	take("[peer ::1]", "[peer ::1]");
	take("[peer ::/0]", "[peer ::/0]");
	take("[peer [2001:db8::]/32:443]", "[peer [2001:db8::]/32:443]");
	take("[peer [2001:db8::1]:443-444]", "[peer [2001:db8::1]:443-444]");
	take("[peer [2001:db8::1]]", "[peer 2001:db8::1]");
	take("[peer [2001:db8::]/32]", "[peer 2001:db8::/32]");
	take("[peer ::ffff:10.0.0.0/104]", "[peer 10.0.0.0/8]");
	take("[peer [::ffff:10.0.0.2]:80]", "[peer 10.0.0.2:80]");
	take("[peer ::ffff:0:0/96]", "[peer 0.0.0.0/0]");
	take("[listen 80]", "[listen 80]");
	take("[listen 8000-8099]", "[listen 8000-8099]");
	take("[listen *]", "[listen *]");
}

static void bad_heads_are_one_complaint(void **state)
{
	(void)state;
	refuse("[peer]", "[peer]: names no peer");
	refuse("[listen]", "[listen]: names no port");
	refuse("[peers 10.0.0.1]", "[peers 10.0.0.1]: is no ");
	refuse("[peer localhost:80]", "[peer localhost:80]: is no address");
	refuse("[peer 10.0.0:80]", "is no address");
	refuse("[peer 10.0.0.256]", "is no address");
	refuse("[peer 010.0.0.1]", "is no address");
	refuse("[peer 10.0.0.1 10.0.0.2]", "is no address");
	refuse("[peer fe80::1%lo]", "is no address");
	refuse("[peer 1:2:3]", "is no address");
	refuse("[peer [10.0.0.1]:80]", "is no address");
	refuse("[peer [::1]x:80]", "is no address");
	refuse("[peer */8]", "is no address");
	refuse("[peer 10.0.0.0/33]", "has a prefix that is not 0 to 32");
	refuse("[peer 10.0.0.0/]", "has a prefix that is not 0 to 32");
	refuse("[peer 10.0.0.0/8/8]", "has a prefix that is not 0 to 32");
	refuse("[peer ::/129]", "has a prefix that is not 0 to 128");
	refuse("[peer [::]/:80]", "has a prefix that is not 0 to 128");
	refuse("[peer 10.1.2.3/8:80]", "has bits set behind its prefix: write 10.0.0.0/8");
	refuse("[peer 10.1.2.255/25]", "write 10.1.2.128/25");
	refuse("[peer 10.1.2.3/0]", "write 0.0.0.0/0");
	refuse("[peer 2001:db8::1/32]", "write 2001:db8::/32");
	refuse("[peer ::ffff:10.0.0.1/104]", "write 10.0.0.0/8");
	refuse("[peer ::ffff:10.0.0.1/80]", "write ::/80");
	refuse("[peer 10.0.0.1:0]", "has a port that is not 1 to 65535");
	refuse("[peer 10.0.0.1:65536]", "has a port that is not 1 to 65535");
	refuse("[peer 10.0.0.1:]", "has a port that is not 1 to 65535");
	refuse("[peer 10.0.0.1:http]", "has a port that is not 1 to 65535");
	refuse("[peer 10.0.0.1:80-]", "has a port that is not 1 to 65535");
	refuse("[peer 10.0.0.1:-80]", "has a port that is not 1 to 65535");
	refuse("[peer 10.0.0.1:1-2-3]", "has a port that is not 1 to 65535");
	refuse("[peer [::1]:]", "has a port that is not 1 to 65535");
	refuse("[peer *:90-80]", "has its ports in the wrong order");
	refuse("[listen 90-80]", "has its ports in the wrong order");
	refuse("[listen 10.0.0.1:80]", "has a port that is not 1 to 65535");
	refuse("[listen 0]", "has a port that is not 1 to 65535");
}

static void one_line_needs_sections_and_brackets(void **state)
{
	(void)state;
	load_rules("detect-within=5s; keepalive=off; [listen 80] keepalive=off");
	expect_only("PEERLESS_RULES: \"detect-within=5s\" stands before any section");
	assert_int_equal(settings.rule_count, 1);
	load_rules("[listen 80 keepalive=off [listen 81] x");
	expect_only("PEERLESS_RULES: \"[listen 80 keepalive=off [listen 81] x\" has a bracket");
	load_rules("[default] recv-timeout=1s; recv-timeout=1");
	expect_only("PEERLESS_RULES: [default]: is no rule: write [peer CIDR:PORT] or");
	expect_option(&settings.base, OPT_RECV_TIMEOUT, "off");
	assert_int_equal(load_rules(""), 0);
	assert_int_equal(load_rules(" ;; ; "), 0);
	assert_int_equal(load_rules(";[listen 80];;keepalive=off;;\n[listen 81]\n;"), 0);
	assert_int_equal(settings.rule_count, 2);
}

static void a_rules_config_is_complete(void **state)
{
	const struct config *c;

	(void)state;
	load((char *[]){"PEERLESS_RULES=[peer 10.0.0.0/8:5432] detect-within=10s; on-death=exit:3 "
			"[listen 80] keepalive=off",
		     "PEERLESS_DETECT_WITHIN=20s", "PEERLESS_LOG=file:/a", NULL},
		(const char *[]){"recv-timeout=3s", NULL}, NULL);
	assert_int_equal(complaint_count, 0);
	assert_int_equal(settings.rule_count, 2);
	c = &settings.rule[0].config;
	expect_option(c, OPT_DETECT_WITHIN, "10s");
	expect_option(c, OPT_ON_DEATH, "exit:3");
	expect_option(c, OPT_RECV_TIMEOUT, "3s");
	expect_option(c, OPT_LOG, "file:/a");
	assert_true(config_given(c, OPT_ON_DEATH) && config_given(c, OPT_RECV_TIMEOUT));
	assert_false(config_given(c, OPT_KEEPALIVE));
	assert_true(settings.rule[0].own == (1u << OPT_DETECT_WITHIN | 1u << OPT_ON_DEATH));
	assert_int_equal(settings.rule[0].origin.source, SOURCE_ENVIRONMENT);
	c = &settings.rule[1].config;
	expect_option(c, OPT_DETECT_WITHIN, "20s");
	expect_option(c, OPT_KEEPALIVE, "off");
	expect_option(&settings.base, OPT_DETECT_WITHIN, "20s");
	expect_option(&settings.base, OPT_KEEPALIVE, "derived");
}

static void the_environments_rules_come_first(void **state)
{
	char *variable;

	(void)state;
	variable =
		write_config("[peer 10.0.0.0/8]\nrecv-timeout = 1s\n[default]\nsend-timeout = 1s\n"
			     "[peer *]\nrecv-timeout = 3s\n");
	LOAD_ENV(variable, "PEERLESS_RULES=[peer 10.0.0.1] recv-timeout=2s");
	unlink(file_path);
	assert_int_equal(complaint_count, 0);
	assert_int_equal(settings.rule_count, 3);
	assert_int_equal(rule_for("10.0.0.1", 80), 0);
	assert_int_equal(rule_for("10.0.0.2", 80), 1);
	assert_int_equal(rule_for("192.0.2.1", 80), 2);
	expect_option(&settings.rule[0].config, OPT_SEND_TIMEOUT, "1s");
	expect_option(&settings.rule[1].config, OPT_RECV_TIMEOUT, "1s");
	assert_int_equal(settings.rule[1].origin.source, SOURCE_FILE);
	assert_int_equal(settings.rule[1].origin.line, 1);
	assert_int_equal(settings.rule[2].origin.line, 5);
}

static void entries_of_rules_are_checked(void **state)
{
	(void)state;
	load_rules("[peer 10.0.0.1] log=off; recv-timeout=5; x=1; y; on-death=error");
	assert_int_equal(complaint_count, 4);
	expect_complaint("PEERLESS_RULES: [peer 10.0.0.1]: log: holds for the whole process");
	expect_complaint("PEERLESS_RULES: [peer 10.0.0.1]: recv-timeout: \"5\" has no unit");
	expect_complaint("PEERLESS_RULES: [peer 10.0.0.1]: \"x\" is no option");
	expect_complaint("PEERLESS_RULES: [peer 10.0.0.1]: \"y\" is no entry");
	expect_option(&settings.rule[0].config, OPT_ON_DEATH, "error");
	assert_true(settings.rule[0].own == 1u << OPT_ON_DEATH);
	load_file("[listen 80]\nlog = off\n");
	expect_only(":2: log: holds for the whole process");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads_are_read_and_printed),
		cmocka_unit_test(bad_heads_are_one_complaint),
		cmocka_unit_test(one_line_needs_sections_and_brackets),
		cmocka_unit_test(a_rules_config_is_complete),
		cmocka_unit_test(the_environments_rules_come_first),
		cmocka_unit_test(entries_of_rules_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
