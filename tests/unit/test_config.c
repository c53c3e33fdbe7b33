/* SPDX-License-Identifier: MIT */
/* Sources of options: their order, their files, and what each complaint says. */
#include "settings_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

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

static void a_file_that_is_named_must_be_there(void **state)
{
	(void)state;
	LOAD_ENV("PEERLESS_CONFIG=/nonexistent/p.conf");
	expect_only("PEERLESS_CONFIG: /nonexistent/p.conf: does not exist (ENOENT)");
	assert_string_equal(settings.path, "");
	assert_int_equal(load(NULL, NULL, "/nonexistent/p.conf"), 0);
	assert_int_equal(load(NULL, NULL, ""), 0);
	assert_int_equal(LOAD_ENV("PEERLESS_CONFIG="), 0);
}

static void an_empty_name_means_no_file(void **state)
{
	(void)state;
	write_file("junk", 4);
	assert_int_equal(load((char *[]){"PEERLESS_CONFIG=", NULL}, NULL, file_path), 0);
	assert_int_equal(load(NULL, NULL, file_path), 1);
	unlink(file_path);
}

static void only_regular_files_are_read(void **state)
{
	char variable[64];

	(void)state;
	LOAD_ENV("PEERLESS_CONFIG=/tmp");
	expect_only("PEERLESS_CONFIG: /tmp: is a directory");
	LOAD_ENV("PEERLESS_CONFIG=/dev/zero");
	expect_only("PEERLESS_CONFIG: /dev/zero: is not a regular file");
	write_file("", 0);
	unlink(file_path);
	assert_int_equal(mkfifo(file_path, 0600), 0); /* nobody writes: a blocking open hangs */
	snprintf(variable, sizeof(variable), "PEERLESS_CONFIG=%s", file_path);
	LOAD_ENV(variable);
	expect_only("is not a regular file");
	unlink(file_path);
}

static void load_named(const char *text, size_t len, mode_t mode)
{
	char variable[64];

	write_file(text, len);
	assert_int_equal(chmod(file_path, mode), 0);
	snprintf(variable, sizeof(variable), "PEERLESS_CONFIG=%s", file_path);
	LOAD_ENV(variable);
	unlink(file_path);
}

static void size_is_bounded(void **state)
{
	static char text[CONFIG_FILE_MAX_BYTES + 1];
	char variable[64];

	(void)state;
	memset(text, '\n', sizeof(text));
	load_named(text, sizeof(text) - 1, 0600);
	assert_int_equal(complaint_count, 0);
	assert_string_equal(settings.path, file_path);
	load_named(text, sizeof(text), 0600);
	expect_only("is larger than 65536 bytes");
	assert_string_equal(settings.path, "");
	write_file("", 0);
	assert_int_equal(truncate(file_path, 1 << 30), 0);
	snprintf(variable, sizeof(variable), "PEERLESS_CONFIG=%s", file_path);
	LOAD_ENV(variable);
	unlink(file_path);
	expect_only("is larger than 65536 bytes");
}

/* /proc says that its files are regular and empty, and then gives text: the size is no promise. */
static void size_is_bounded_while_reading_too(void **state)
{
	(void)state;
	LOAD_ENV("PEERLESS_CONFIG=/proc/self/smaps");
	assert_true(complaint_count > 0);
	LOAD_ENV("PEERLESS_CONFIG=/proc/kallsyms");
	expect_only("/proc/kallsyms: is larger than 65536 bytes");
}

static void read_errors_are_told(void **state)
{
	(void)state;
	LOAD_ENV("PEERLESS_CONFIG=/proc/self/mem"); /* page 0 is not mapped: EIO */
	expect_only("PEERLESS_CONFIG: /proc/self/mem: cannot be read (EIO)");
}

static void nul_bytes_are_no_text(void **state)
{
	(void)state;
	load_named("[default]\0\nlog=off\n", 19, 0600);
	expect_only("holds NUL bytes");
	expect_option(&settings.base, OPT_LOG, "stderr");
}

/* Everyone may write it, and we are root: then everyone is root. */
static void what_everyone_may_write_is_refused_to_root(void **state)
{
	(void)state;
	load_named("log=off\n", 8, 0646);
	if (geteuid() == 0)
		expect_only("is writable by everyone, and this process is root");
	else
		assert_int_equal(complaint_count, 0);
	expect_option(&settings.base, OPT_LOG, geteuid() == 0 ? "stderr" : "off");
	load_named("log=off\n", 8, 0664);
	assert_int_equal(complaint_count, 0);
}

/* Root reads everything, so another user's eyes are borrowed. */
static void what_may_not_be_read_is_told(void **state)
{
	uid_t user = geteuid();

	(void)state;
	if (user == 0)
		assert_int_equal(seteuid(65534), 0);
	load_named("log=off\n", 8, 0200);
	if (user == 0)
		assert_int_equal(seteuid(0), 0);
	expect_only("may not be read by this user (EACCES)");
}

static void a_long_path_is_told(void **state)
{
	static char variable[400] = "PEERLESS_CONFIG=/";

	(void)state;
	memset(variable + 17, 'x', 256);
	LOAD_ENV(variable);
	expect_only("is too long a path: 255 bytes fit");
	variable[17 + 254] = '\0';
	LOAD_ENV(variable);
	expect_only("does not exist (ENOENT)");
}

static void no_descriptor_and_no_mapping_stays(void **state)
{
	struct stat st;
	int before = open("/dev/null", O_RDONLY), i;

	(void)state;
	close(before);
	for (i = 0; i < 3; i++) {
		load_named("log=off\n", 8, 0600);
		load_named("log=off\n", 0, 0600);
		load_named("\0", 1, 0600);
		LOAD_ENV("PEERLESS_CONFIG=/tmp");
	}
	assert_int_equal(fstat(before, &st), -1);
	assert_int_equal(errno, EBADF);
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
	LOAD_ENV(only, "PEERLESS_SOCKOPTS=IP_TOS=1", "PEERLESS_DETECT_WITHIN=9s",
		"PEERLESS_RECV_TIMEOUT=1s", "PEERLESS_SEND_TIMEOUT=1s");
	assert_int_equal(complaint_count, 0);
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
		cmocka_unit_test(a_file_that_is_named_must_be_there),
		cmocka_unit_test(an_empty_name_means_no_file),
		cmocka_unit_test(only_regular_files_are_read),
		cmocka_unit_test(size_is_bounded),
		cmocka_unit_test(size_is_bounded_while_reading_too),
		cmocka_unit_test(read_errors_are_told),
		cmocka_unit_test(nul_bytes_are_no_text),
		cmocka_unit_test(what_everyone_may_write_is_refused_to_root),
		cmocka_unit_test(what_may_not_be_read_is_told),
		cmocka_unit_test(a_long_path_is_told),
		cmocka_unit_test(no_descriptor_and_no_mapping_stays),
		cmocka_unit_test(errno_is_kept),
		cmocka_unit_test(texts_have_a_bound),
		cmocka_unit_test(activity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
