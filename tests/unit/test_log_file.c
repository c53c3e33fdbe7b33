/* SPDX-License-Identifier: MIT */
/* log_write, to a file: full disks, missing folders, FIFOs and size limits harm no program. */
#include "log_child.h"

static void to_path(const char *path)
{
	int lowest = dup(0);

	close(lowest);
	log_open((struct target){TARGET_FILE, path}, FORMAT_TEXT, LEVEL_DEATH, "legacyd");
	say("one");
	say("two");
	assert_int_equal(dup(0), lowest); /* no descriptor stayed open */
	close(lowest);
}

static void to_hopeless_paths(void)
{
	char path[96];

	signal(SIGPIPE, SIG_DFL);
	to_path("/dev/full");
	to_path(dir);
	snprintf(path, sizeof(path), "%s/missing/log", dir);
	to_path(path);
	snprintf(path, sizeof(path), "%s/fifo", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	to_path(path); /* without a reader */
	to_path("");
}

static void hopeless_paths_harm_nobody(void **state)
{
	(void)state;
	child_lives(to_hopeless_paths);
}

static void to_fifo_with_reader(void)
{
	static char block[4096];
	char path[96];
	int reader, writer;

	snprintf(path, sizeof(path), "%s/fifo2", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	reader = open(path, O_RDONLY | O_NONBLOCK);
	to_path(path);
	got[read(reader, got, 4096)] = '\0';
	assert_string_equal(tail_of(got, 1), "prog=legacyd event=two");
	writer = open(path, O_WRONLY | O_NONBLOCK);
	while (write(writer, block, sizeof(block)) > 0)
		;
	say("full");
}

static void fifo_with_a_reader(void **state)
{
	(void)state;
	child_lives(to_fifo_with_reader);
}

static void file_is_private_and_appended(void **state)
{
	struct stat st;
	char link[96];

	(void)state;
	snprintf(link, sizeof(link), "%s/link", dir);
	to_path(log_path);
	assert_int_equal(stat(log_path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(symlink(log_path, link), 0);
	to_path(link);
	log_mute();
	assert_int_equal(lines_in(content(log_path)), 4);
}

static void under_size_limits(void)
{
	signal(SIGXFSZ, SIG_DFL);
	open_log_file(FORMAT_TEXT);
	limit_size(0);
	say("zero");
	limit_size(40); /* a line's beginning would fit */
	say("forty");
	limit_size(RLIM_INFINITY);
	say("free");
}

static void size_limit_does_not_kill(void **state)
{
	(void)state;
	child_lives(under_size_limits);
	assert_int_equal(lines_in(content(log_path)), 1);
	assert_string_equal(tail_of(got, 0), "prog=legacyd event=free left_out=2");
}

#define TEST(name) cmocka_unit_test_setup(name, no_log)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(hopeless_paths_harm_nobody),
		TEST(fifo_with_a_reader),
		TEST(file_is_private_and_appended),
		TEST(size_limit_does_not_kill),
	};

	return cmocka_run_group_tests_name("log_file", tests, make_dir, remove_dir);
}
