/* SPDX-License-Identifier: MIT */
/*
 * log_write, to stderr: descriptor 2 that is something else now, full and broken pipes, sockets,
 * frozen terminals, files at their limit.  Each child has an alarm: a write that waits is seen.
 */
#include "log_child.h"
#include "loopback_fixture.h"

#include <pty.h>
#include <sys/socket.h>

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

static void say_around_full(int reader)
{
	say("full");
	assert_int_equal(fcntl(2, F_GETFL) & O_NONBLOCK, 0);
	fcntl(reader, F_SETFL, O_NONBLOCK);
	while (read(reader, got, 4096) > 0)
		;
	say("room");
	got[read(reader, got, 4096)] = '\0';
	assert_string_equal(tail_of(got, 0), "prog=legacyd event=room left_out=1");
}

static void say_to_full_pipe(void)
{
	say_around_full(full_pipe());
}

static void full_pipe_does_not_block(void **state)
{
	(void)state;
	child_lives(say_to_full_pipe);
}

/* The pipe cannot be opened anew: poll() and the program's own descriptor must do. */
static void say_to_another_users_pipe(void)
{
	int reader = full_pipe();

	assert_int_equal(fchmod(2, 0), 0);
	if (geteuid() == 0)
		assert_int_equal(setresuid(65534, 65534, 65534), 0);
	assert_int_equal(open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK), -1);
	say_around_full(reader);
}

static void full_pipe_of_another_user(void **state)
{
	(void)state;
	child_lives(say_to_another_users_pipe);
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

/* As inetd and systemd (Accept=yes) hand it over: by TCP, or by a UNIX socket. */
static void say_to_client(int first, int pair[2])
{
	for (int fd = first; fd <= 2; fd++)
		dup2(pair[0], fd);
	open_log_stderr();
	say("into-connection");
	assert_int_equal(recv(pair[1], got, 1, MSG_DONTWAIT), -1);
}

static void say_to_clients(void)
{
	int pair[2];

	connection("127.0.0.1", pair);
	say_to_client(2, pair);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	say_to_client(0, pair);
}

static void client_as_stderr(void **state)
{
	(void)state;
	child_lives(say_to_clients);
}

/* A terminal whose other side reads nothing: poll() calls it writable with room for half a line. */
static void say_to_frozen_terminal(void)
{
	int master, slave;

	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
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
		TEST(full_pipe_of_another_user),
		TEST(broken_pipe_does_not_kill),
		TEST(socket_as_stderr),
		TEST(client_as_stderr),
		TEST(frozen_terminal_does_not_block),
		TEST(signal_is_taken_back_and_torn_line_ended),
		TEST(pending_signal_stays),
	};

	return cmocka_run_group_tests_name("log_write", tests, make_dir, remove_dir);
}
