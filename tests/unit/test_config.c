/* SPDX-License-Identifier: MIT */
/* Sources of options: their order, and what each complaint says. */
#include "settings_fixture.h"

#include <errno.h>

static void defaults_need_no_source(void **state)
{
	int id;

	(void)state;
	assert_int_equal(load(NULL, NULL, NULL), 0);
	for (id = 0; id < OPT_COUNT; id++) {
		expect_option(&settings.base, id, config_option(id)->fallback);
		assert_false(config_given(&settings.base, id));
		assert_int_equal(settings.origin[id].source, SOURCE_DEFAULT);
	}
	assert_int_equal(settings.rule_count, 0);
	assert_string_equal(settings.path, "");
}

static void later_sources_win(void **state)
{
	char *variable;

	(void)state;
	variable = write_config(
		"[program nginx]\nlog-level = conn\nrecv-timeout = 2s\nsend-timeout = 2s\n"
		"[default]\nrecv-timeout = 1s\non-death = error\noverride = force\n");
	assert_int_equal(load((char *[]){variable, "PEERLESS_SEND_TIMEOUT=3s",
				      "PEERLESS_ON_DEATH=abort", NULL},
				 (const char *[]){"on-death=exit:4", NULL}, "/nonexistent"),
		0);
	unlink(file_path);
	assert_string_equal(settings.path, file_path);
	expect_option(&settings.base, OPT_OVERRIDE, "force");
	expect_option(&settings.base, OPT_RECV_TIMEOUT, "2s");
	expect_option(&settings.base, OPT_SEND_TIMEOUT, "3s");
	expect_option(&settings.base, OPT_ON_DEATH, "exit:4");
	assert_int_equal(settings.origin[OPT_OVERRIDE].source, SOURCE_FILE);
	assert_int_equal(settings.origin[OPT_OVERRIDE].line, 8);
	assert_int_equal(settings.origin[OPT_RECV_TIMEOUT].line, 3);
	assert_int_equal(settings.origin[OPT_SEND_TIMEOUT].source, SOURCE_ENVIRONMENT);
	assert_int_equal(settings.origin[OPT_SEND_TIMEOUT].line, 0);
	assert_int_equal(settings.origin[OPT_ON_DEATH].source, SOURCE_FLAG);
	assert_true(config_given(&settings.base, OPT_OVERRIDE));
	assert_false(config_given(&settings.base, OPT_KEEPALIVE));
}

static void the_first_matching_program_section_counts(void **state)
{
	(void)state;
	assert_int_equal(load_file("[program redis]\nrecv-timeout=1s\n"
				   "[program ngin?, x]\nrecv-timeout=2s\n"
				   "[program nginx]\nrecv-timeout=3s\nsend-timeout=3s\n"),
		0);
	expect_option(&settings.base, OPT_RECV_TIMEOUT, "2s");
	expect_option(&settings.base, OPT_SEND_TIMEOUT, "off");
}

static void file_syntax(void **state)
{
	(void)state;
	assert_int_equal(load_file("# comment\r\n"
				   "\r\n"
				   "  ; comment\n"
				   "Recv_Timeout=1s\n"
				   "[ Default ]  # comment\r\n"
				   "\t SEND-TIMEOUT \t=\t 2s \t; comment\r\n"
				   "log = file:/tmp/a#b;c # comment\n"
				   "only =\n"
				   "sockopts = IP_TOS=0x10, TCP_NODELAY=1"),
		0);
	expect_option(&settings.base, OPT_RECV_TIMEOUT, "1s");
	expect_option(&settings.base, OPT_SEND_TIMEOUT, "2s");
	expect_option(&settings.base, OPT_LOG, "file:/tmp/a#b;c");
	expect_option(&settings.base, OPT_ONLY, "");
	expect_option(&settings.base, OPT_SOCKOPTS, "IP_TOS=16,TCP_NODELAY=1");
	assert_true(config_given(&settings.base, OPT_ONLY));
}

static void texts_outlive_their_source(void **state)
{
	char variable[] = "PEERLESS_LOG=file:/var/log/a";

	(void)state;
	LOAD_ENV(variable);
	memset(variable, 'x', sizeof(variable) - 1);
	expect_option(&settings.base, OPT_LOG, "file:/var/log/a");
}

static void a_complaint_keeps_the_earlier_value(void **state)
{
	(void)state;
	load((char *[]){"PEERLESS_DETECT_WITHIN=20s", NULL},
		(const char *[]){"detect-within=1s", NULL}, NULL);
	expect_only("--detect-within: \"1s\" is below 2s: write 2s to 18h");
	expect_option(&settings.base, OPT_DETECT_WITHIN, "20s");
	assert_int_equal(settings.origin[OPT_DETECT_WITHIN].source, SOURCE_ENVIRONMENT);
	LOAD_ENV("PEERLESS_DETECT_WITHIN=5");
	expect_only("PEERLESS_DETECT_WITHIN: \"5\" has no unit: write 5s");
	expect_option(&settings.base, OPT_DETECT_WITHIN, "75s");
	assert_false(config_given(&settings.base, OPT_DETECT_WITHIN));
	LOAD_ENV("PEERLESS_DETECT_WITHIN=1h30");
	expect_only("PEERLESS_DETECT_WITHIN: \"1h30\" is no duration");
	LOAD_ENV("PEERLESS_KEEPALIVE=75");
	expect_only("PEERLESS_KEEPALIVE: \"75\" has no unit");
	LOAD_ENV("PEERLESS_LOG=file:\n\x1b[31m");
	expect_only("PEERLESS_LOG: \"file:\\n\\u001b[31m\" is not absolute");
}

static void long_values_are_cut_in_complaints(void **state)
{
	static char variable[20000] = "PEERLESS_DETECT_WITHIN=";

	(void)state;
	memset(variable + strlen(variable), '1', sizeof(variable) - 1 - strlen(variable));
	LOAD_ENV(variable);
	expect_only("1111...\" has no unit: write 5s");
}

static void unknown_names_get_the_closest(void **state)
{
	(void)state;
	LOAD_ENV("PEERLESS_DETECTWITHIN=5s");
	expect_only("PEERLESS_DETECTWITHIN: there is no such variable: "
		    "the closest is PEERLESS_DETECT_WITHIN");
	LOAD_ENV("PEERLESS_RULE=x");
	expect_only("the closest is PEERLESS_RULES");
	LOAD_ENV("PEERLESS_detect_within=5s");
	expect_only("the closest is PEERLESS_DETECT_WITHIN");
	expect_option(&settings.base, OPT_DETECT_WITHIN, "75s");
	LOAD_ENV("PEERLESS_=x", "PEERLESS_BUILD=1", "PEERLESS_X", "PEERLESS=1", "XPEERLESS_LOG=x");
	assert_int_equal(complaint_count, 3);
	LOAD_ENV("PEERLESS_SENTINEL=0123456789abcdef");
	assert_int_equal(complaint_count, 0);
	LOAD_FLAGS("detect-withn=5s");
	expect_only("--detect-withn: is no option: the closest is --detect-within");
	load_file("\n[default]\ndetect-wihin = 5s\n");
	expect_complaint(":3: \"detect-wihin\" is no option: the closest is detect-within");
}

static void the_first_of_two_equal_variables_counts(void **state)
{
	(void)state;
	assert_int_equal(LOAD_ENV("PEERLESS_RECV_TIMEOUT=1s", "PEERLESS_RECV_TIMEOUT=2s"), 0);
	expect_option(&settings.base, OPT_RECV_TIMEOUT, "1s");
}

static void lines_are_named_by_file_and_number(void **state)
{
	char want[128];

	(void)state;
	load_file("[default]\n\nlog = here\n");
	snprintf(want, sizeof(want), "%s:3: log: \"here\" is no target: write stderr", file_path);
	expect_only(want);
	load_file("[default]\nnonsense\n");
	expect_only(":2: \"nonsense\" is no entry: write key = value");
	load_file("[default]\n= 5\n");
	expect_only(":2: \"\" is no option");
	load_file("[program redis]\nrecv-timeout = 5\n[program *]\nrecv-timeout=6\n");
	assert_int_equal(complaint_count, 2);
	expect_complaint(":2: recv-timeout: \"5\" has no unit");
}

static void a_bad_section_is_one_complaint(void **state)
{
	(void)state;
	load_file("[defaults]\nx\nlog = here\nrecv-timeout=1s\n[default]\nsend-timeout=1s\n");
	expect_only(":1: [defaults]: is no section: write [default], [program GLOB]");
	expect_option(&settings.base, OPT_RECV_TIMEOUT, "off");
	expect_option(&settings.base, OPT_SEND_TIMEOUT, "1s");
	load_file("[default\nx\ny\n");
	expect_only(":1: \"[default\" is no section");
	load_file("[default] x\ny\n");
	expect_only(":1: \"[default] x\" is no section");
	load_file("[default x]\ny\n");
	expect_only(":1: [default x]: is no section");
	load_file("[program]\ny\n");
	expect_only(":1: [program]: names no program");
	load_file("[program a,,b]\ny\n");
	expect_only(":1: [program a,,b]: has an empty element");
	load_file("[]\ny\n");
	expect_only(":1: []: is no section");
	load_file("[peer 10.0.0.1:0]\ny\nz=1\n");
	expect_only(":1: [peer 10.0.0.1:0]: has a port");
}

static void errno_is_kept(void **state)
{
	(void)state;
	errno = EXDEV;
	LOAD_ENV("PEERLESS_CONFIG=/nonexistent", "PEERLESS_RULES=[peer x]", "PEERLESS_LOG=x");
	assert_int_equal(errno, EXDEV);
}

static void texts_have_a_bound(void **state)
{
	static char log[CONFIG_TEXT_MAX_BYTES], only[CONFIG_TEXT_MAX_BYTES];
	size_t len;

	(void)state;
	strcpy(only, "PEERLESS_ONLY=");
	len = strlen(only);
	memset(only + len, 'x', CONFIG_TEXT_MAX_BYTES - 10 - len);
	strcpy(log, "PEERLESS_LOG=file:/tmp/a-rather-long-name");
	LOAD_ENV(only, log);
	expect_only("PEERLESS_LOG: \"file:/tmp/a-rather-long-name\" is too long: all texts");
	expect_option(&settings.base, OPT_LOG, "stderr");
	/* what points into no text takes no room */
	LOAD_ENV(only, "PEERLESS_SOCKOPTS=IP_TOS=1,IP_TTL=9", "PEERLESS_DETECT_WITHIN=9s",
		"PEERLESS_RECV_TIMEOUT=1s", "PEERLESS_SEND_TIMEOUT=1s");
	assert_int_equal(complaint_count, 0);
}

static void programs_that_do_not_match_take_no_room(void **state)
{
	static char text[CONFIG_FILE_MAX_BYTES];
	int i, len = 0;

	(void)state;
	for (i = 0; i < 1500; i++)
		len += sprintf(text + len, "[program another-program-%04d]\n", i);
	assert_true(len > CONFIG_TEXT_MAX_BYTES);
	assert_int_equal(load_file(text), 0);
	assert_int_equal(settings.text_used, 0);
}

static void a_heartbeat_must_come_before_silence(void **state)
{
	(void)state;
	assert_int_equal(LOAD_FLAGS("heartbeat=30s:x", "silence=31s"), 0);
	assert_int_equal(LOAD_FLAGS("heartbeat=30s:x", "silence=off"), 0);
	LOAD_FLAGS("heartbeat=30s:x", "silence=30s");
	expect_only("HEARTBEAT: 30s:x comes too late: SILENCE ends the connection after 30s; write "
		    "less before the colon");
	expect_option(&settings.base, OPT_HEARTBEAT, "off");
	load_rules("[peer 10.0.0.0/8] silence=2s; heartbeat=3s:x [peer 11.0.0.0/8] silence=4s");
	expect_only("[peer 10.0.0.0/8]: HEARTBEAT: 3s:x comes too late");
	/* A rule has what the general options have, and is judged by it. */
	LOAD_ENV("PEERLESS_HEARTBEAT=5s:x", "PEERLESS_RULES=[peer 11.0.0.0/8] silence=4s");
	expect_only("SILENCE ends the connection after 4s");
	expect_option(&settings.base, OPT_HEARTBEAT, "5s:x");
}

static bool active(const char *only, const char *except, bool disable)
{
	struct config c = {.only = only, .except = except, .disable = disable};

	return config_active(&c, "nginx");
}

static void activity(void **state)
{
	(void)state;
	assert_true(active("", "", false));
	assert_false(active("", "", true));
	assert_true(active("redis,nginx", "", false));
	assert_false(active("redis", "", false));
	assert_false(active("nginx", "ngin*", false));
	assert_true(active("", "redis", false));
	assert_false(active("nginx", "", true));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_need_no_source),
		cmocka_unit_test(later_sources_win),
		cmocka_unit_test(the_first_matching_program_section_counts),
		cmocka_unit_test(file_syntax),
		cmocka_unit_test(texts_outlive_their_source),
		cmocka_unit_test(a_complaint_keeps_the_earlier_value),
		cmocka_unit_test(long_values_are_cut_in_complaints),
		cmocka_unit_test(unknown_names_get_the_closest),
		cmocka_unit_test(the_first_of_two_equal_variables_counts),
		cmocka_unit_test(lines_are_named_by_file_and_number),
		cmocka_unit_test(a_bad_section_is_one_complaint),
		cmocka_unit_test(errno_is_kept),
		cmocka_unit_test(texts_have_a_bound),
		cmocka_unit_test(programs_that_do_not_match_take_no_room),
		cmocka_unit_test(a_heartbeat_must_come_before_silence),
		cmocka_unit_test(activity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
