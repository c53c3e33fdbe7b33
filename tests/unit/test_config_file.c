/* SPDX-License-Identifier: MIT */
/* The config file as a file: which ones are read, which are refused, what of a damaged one counts,
 * and what is left behind.
 */
#include "settings_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

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

/* Its lines must not become those of the section before. */
static void a_damaged_head_is_one_complaint(void **state)
{
	static const char *const head[] = {"program x]", "default]", "program nginx] # mine",
		"peer [2001:db8::]/32:443]", "program a] log = off", "x ]"};
	char text[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(head) / sizeof(head[0]); i++) {
		snprintf(text, sizeof(text),
			"send-timeout=1s\n%s\nrecv-timeout=1s\n[peer *:1]\n%s\nrecv-timeout=2s\n",
			head[i], head[i]);
		load_file(text);
		assert_int_equal(complaint_count, 2);
		expect_complaint("is no section: write it in brackets");
		expect_option(&settings.base, OPT_SEND_TIMEOUT, "1s");
		expect_option(&settings.base, OPT_RECV_TIMEOUT, "off");
		expect_option(&settings.rule[0].config, OPT_RECV_TIMEOUT, "off");
	}
	load_file("[default]\nonly = [ab]\nsee [1]\nrecv-timeout = 1s\n");
	expect_option(&settings.base, OPT_RECV_TIMEOUT, "1s");
}

/* What some editors begin a text with. */
static void a_byte_order_mark_is_passed_over(void **state)
{
	static const char text[] = "\xef\xbb\xbf[program redis]\nlog = off\n"
				   "[default]\nrecv-timeout = 1s\n";

	(void)state;
	load_named(text, sizeof(text) - 1, 0600);
	assert_int_equal(complaint_count, 0);
	expect_option(&settings.base, OPT_LOG, "stderr");
	expect_option(&settings.base, OPT_RECV_TIMEOUT, "1s");
	load_named("\xef\xbb\xbf", 3, 0600);
	assert_int_equal(complaint_count, 0);
	assert_string_equal(settings.path, file_path);
	load_named("\xef\xbb", 2, 0600);
	expect_only(":1: ");
}

/* Root is refused nothing else, so it borrows another user's eyes. */
static void load_as_user(const char *text, mode_t mode)
{
	uid_t user = geteuid();

	if (user == 0)
		assert_int_equal(seteuid(65534), 0);
	load_named(text, strlen(text), mode);
	if (user == 0)
		assert_int_equal(seteuid(0), 0);
}

/* Everyone may write it, and we are root: then everyone is root. */
static void what_everyone_may_write_is_refused_to_root(void **state)
{
	(void)state;
	load_as_user("log=off\n", 0646);
	assert_int_equal(complaint_count, 0);
	expect_option(&settings.base, OPT_LOG, "off");
	load_named("log=off\n", 8, 0664);
	assert_int_equal(complaint_count, 0);
	if (geteuid() != 0)
		return; /* the other half needs root */
	load_named("log=off\n", 8, 0646);
	expect_only("is writable by everyone, and this process is root");
	expect_option(&settings.base, OPT_LOG, "stderr");
}

static void what_may_not_be_read_is_told(void **state)
{
	(void)state;
	load_as_user("log=off\n", 0200);
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

static long mapped_pages(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	long pages = 0;

	assert_non_null(f);
	assert_int_equal(fscanf(f, "%ld", &pages), 1);
	fclose(f);
	return pages;
}

static void load_many(int times)
{
	while (times--) {
		load_named("log=off\n", 8, 0600);
		load_named("", 0, 0600);
		load_named("\0", 1, 0600);
		LOAD_ENV("PEERLESS_CONFIG=/tmp");
	}
}

static void no_descriptor_and_no_mapping_stays(void **state)
{
	struct stat st;
	int fd = open("/dev/null", O_RDONLY);
	long pages;

	(void)state;
	close(fd);
	load_many(3); /* what stdio and the sanitizer want for themselves, they have by now */
	pages = mapped_pages();
	load_many(50);
	/* one buffer left behind by each would be 150 times 17 pages */
	assert_true(mapped_pages() - pages < 17 * 50);
	assert_int_equal(fstat(fd, &st), -1);
	assert_int_equal(errno, EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_that_is_named_must_be_there),
		cmocka_unit_test(an_empty_name_means_no_file),
		cmocka_unit_test(only_regular_files_are_read),
		cmocka_unit_test(size_is_bounded),
		cmocka_unit_test(size_is_bounded_while_reading_too),
		cmocka_unit_test(read_errors_are_told),
		cmocka_unit_test(nul_bytes_are_no_text),
		cmocka_unit_test(a_damaged_head_is_one_complaint),
		cmocka_unit_test(a_byte_order_mark_is_passed_over),
		cmocka_unit_test(what_everyone_may_write_is_refused_to_root),
		cmocka_unit_test(what_may_not_be_read_is_told),
		cmocka_unit_test(a_long_path_is_told),
		cmocka_unit_test(no_descriptor_and_no_mapping_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
