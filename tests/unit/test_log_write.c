/* SPDX-License-Identifier: MIT */
/*
 * log_write: every way a log can hurt a program, done to a real one: descriptor 2 that is
 * something else now, full and broken pipes, full disks, frozen terminals, file size limits.
 * Each child has an alarm, so a write that waits is a test that fails.
 */
#include "log_child.h"

#include <pty.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <termios.h>

static void child_lives(void (*body)(void))
{
	assert_int_equal(child_status(body), 0);
}

static int open_file(void)
{
	int fd = open(log_path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd > 2);
	return fd;
}

static void replace_stderr(void)
{
	int original = open_file(), sockets[2];

	dup2(original, 2);
	open_log_stderr();
	say("first");
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
	dup2(sockets[0], 2); /* a daemon's connection */
	say("into-connection");
	assert_int_equal(recv(sockets[1], got, 1, MSG_DONTWAIT), -1);
	close(2);
	say("into-nothing");
	dup2(original, 2);
	say("last");
	say("very-last");
}

static void stderr_that_became_another_file(void **state)
{
	(void)state;
	child_lives(replace_stderr);
	content(log_path);
	assert_int_equal(lines_in(got), 3);
	assert_string_equal(tail_of(got, 0), "prog=legacyd event=first");
	assert_string_equal(tail_of(got, 1), "prog=legacyd event=last left_out=2");
	assert_string_equal(tail_of(got, 2), "prog=legacyd event=very-last");
}

static void closed_at_start(void)
{
	int fd = open_file();

	close(2);
	open_log_stderr();
	dup2(fd, 2);
	say("lost");
}

static void stderr_closed_at_start(void **state)
{
	(void)state;
	child_lives(closed_at_start);
	assert_string_equal(content(log_path), "");
}

/* A pipe as descriptor 2, filled up; the other side keeps the program's blocking mode. */
static int full_pipe(void)
{
	static char block[4096];
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], 2);
	close(ends[1]);
	open_log_stderr();
	fcntl(2, F_SETFL, O_NONBLOCK);
	while (write(2, block, sizeof(block)) > 0)
		;
	fcntl(2, F_SETFL, 0);
	return ends[0];
}

static void say_to_full_pipe(void)
{
	int reader = full_pipe();

	say("full");
	assert_int_equal(fcntl(2, F_GETFL) & O_NONBLOCK, 0);
	fcntl(reader, F_SETFL, O_NONBLOCK);
	while (read(reader, got, 4096) > 0)
		;
	say("room");
	got[read(reader, got, 4096)] = '\0';
	assert_string_equal(tail_of(got, 0), "prog=legacyd event=room left_out=1");
}

static void full_pipe_does_not_block(void **state)
{
	(void)state;
	child_lives(say_to_full_pipe);
}

static void say_to_broken_pipe(void)
{
	sigset_t pending;

	close(full_pipe());
	signal(SIGPIPE, SIG_DFL);
	say("broken");
	sigpending(&pending);
	assert_false(sigismember(&pending, SIGPIPE));
}

static void broken_pipe_does_not_kill(void **state)
{
	(void)state;
	child_lives(say_to_broken_pipe);
}

static void say_to_full_socket(void)
{
	static char block[4096];
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	dup2(pair[0], 2);
	close(pair[0]);
	open_log_stderr();
	say("first");
	got[recv(pair[1], got, 4096, 0)] = '\0';
	assert_string_equal(tail_of(got, 0), "prog=legacyd event=first");
	while (send(2, block, sizeof(block), MSG_DONTWAIT) > 0)
		;
	say("full");
	close(pair[1]);
	say("broken");
}

static void socket_as_stderr(void **state)
{
	(void)state;
	child_lives(say_to_full_socket);
}

/* A terminal whose other side reads nothing takes fewer bytes than a line, then none. */
static void say_to_frozen_terminal(void)
{
	int master, slave;
	struct termios raw;

	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	tcgetattr(slave, &raw);
	cfmakeraw(&raw);
	tcsetattr(slave, TCSANOW, &raw);
	dup2(slave, 2);
	open_log_stderr();
	for (unsigned i = 0; i < 3000; i++) {
		monotonic_s = i + 1;
		say("frozen");
	}
	assert_true(read(master, got, 4096) > 0);
	assert_memory_equal(got, "peerless: ts=", 13);
}

static void frozen_terminal_does_not_block(void **state)
{
	(void)state;
	child_lives(say_to_frozen_terminal);
}

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

static void limit_size(rlim_t bytes)
{
	struct rlimit limit = {.rlim_cur = bytes, .rlim_max = RLIM_INFINITY};

	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
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

/*
 * stderr without O_APPEND, its offset past the file's end: the size says that the line fits, the
 * kernel says EFBIG and raises SIGXFSZ, or cuts the line as a full disk does.
 */
static void at_an_offset(void)
{
	sigset_t mask, pending;

	signal(SIGXFSZ, SIG_DFL);
	dup2(open_file(), 2);
	open_log_stderr();
	limit_size(400);
	lseek(2, 400, SEEK_SET);
	say("beyond");
	sigpending(&pending);
	assert_false(sigismember(&pending, SIGXFSZ));
	sigprocmask(SIG_SETMASK, NULL, &mask);
	assert_true(sigisemptyset(&mask));
	lseek(2, 390, SEEK_SET);
	say("torn");
	assert_int_equal(lseek(2, 0, SEEK_CUR), 400);
	limit_size(RLIM_INFINITY);
	say("after");
	say("last");
}

static void signal_is_taken_back_and_torn_line_ended(void **state)
{
	int fd;

	(void)state;
	child_lives(at_an_offset);
	fd = open(log_path, O_RDONLY);
	got[pread(fd, got, 4096, 390)] = '\0';
	close(fd);
	assert_memory_equal(got, "peerless: \npeerless: ts=", 24);
	assert_string_equal(tail_of(got, 1), "prog=legacyd event=after left_out=2");
	assert_string_equal(tail_of(got, 2), "prog=legacyd event=last");
	assert_int_equal(lines_in(got), 3);
}

/* A signal that was pending before is the program's, and stays. */
static void with_pending_signal(void)
{
	sigset_t set, pending;

	sigemptyset(&set);
	sigaddset(&set, SIGXFSZ);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGXFSZ);
	dup2(open_file(), 2);
	open_log_stderr();
	limit_size(400);
	lseek(2, 400, SEEK_SET);
	say("beyond");
	sigpending(&pending);
	assert_true(sigismember(&pending, SIGXFSZ));
	sigprocmask(SIG_SETMASK, NULL, &pending);
	assert_true(sigismember(&pending, SIGXFSZ));
}

static void pending_signal_stays(void **state)
{
	(void)state;
	child_lives(with_pending_signal);
}

#define TEST(name) cmocka_unit_test_setup(name, no_log)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(stderr_that_became_another_file),
		TEST(stderr_closed_at_start),
		TEST(full_pipe_does_not_block),
		TEST(broken_pipe_does_not_kill),
		TEST(socket_as_stderr),
		TEST(frozen_terminal_does_not_block),
		TEST(hopeless_paths_harm_nobody),
		TEST(fifo_with_a_reader),
		TEST(file_is_private_and_appended),
		TEST(size_limit_does_not_kill),
		TEST(signal_is_taken_back_and_torn_line_ended),
		TEST(pending_signal_stays),
	};

	return cmocka_run_group_tests_name("log_write", tests, make_dir, remove_dir);
}
