/* SPDX-License-Identifier: MIT */
/* watch_live, on a terminal of the test's own: what a person sees after each frame. */
#include <poll.h>
#include <sys/wait.h>

#include "screen_fixture.h"
#include "watch_fixture.h"
#include "watch_live.h"

static int setup(void **state)
{
	no_rows(state);
	return open_screen(state);
}

static void draw(struct watch_live *v)
{
	watch_live_draw(v, rows, count);
	look();
	assert_false(screen.scrolled);
	assert_true(screen.most <= screen.columns);
}

static void a_frame_over_the_one_before(void **state)
{
	struct watch_live *v = watch_live_begin(screen.slave);

	(void)state;
	add_row(JUDGE_SUSPECT);
	add_row(JUDGE_IDLE);
	draw(v);
	assert_true(screen.alternate && screen.cursor_hidden);
	shows(0, "2 connections of 1 process: 1 suspect, 1 idle ");
	shows(2, "VERDICT     PEER ");
	shows(3, "suspect     10.0.0.2:5432         psql[42] 7 ");
	shows(5, "idle        10.0.0.2:5432         psql[42] 8 ");
	assert_int_equal(last_row(), 5);
	rows[0].judgement.state = JUDGE_OK;
	draw(v);
	shows(0, "2 connections of 1 process: 1 idle, 1 ok          ");
	shows(3, "idle ");
	shows(4, "ok   ");
	assert_int_equal(last_row(), 4);
	count = 0;
	draw(v);
	shows(0, "No TCP connection.   ");
	assert_int_equal(last_row(), 0);
	watch_live_end(v);
	look();
	assert_false(screen.alternate || screen.cursor_hidden);
}

static void fits_the_terminal_of_now(void **state)
{
	struct watch_live *v = watch_live_begin(screen.slave);

	(void)state;
	while (count < ROWS_MAX)
		add_row(count % 3 ? JUDGE_IDLE : JUDGE_DEAD);
	watch_live_note(v, "a note");
	for (unsigned short height = 1; height <= 60; height++)
		for (unsigned short width = 60; width <= 140; width += 20) {
			resize(height, width);
			draw(v);
			assert_true(last_row() < height);
			if (height < 10)
				continue;
			assert_true(last_row() >= height - 2u);
			shows(last_row(), "a note ");
			assert_true(!strncmp(screen.cell[last_row() - 2], "... ", 4));
		}
	watch_live_end(v);
}

/* The newest, whole, in the order in which they came, and no more than a third of the screen. */
static void notes_below_the_table(void **state)
{
	struct watch_live *v = watch_live_begin(screen.slave);
	char text[200];

	(void)state;
	add_row(JUDGE_IDLE);
	for (unsigned i = 0; i < 20; i++) {
		snprintf(text, sizeof(text), "note %u\n", i);
		watch_live_note(v, text);
	}
	draw(v);
	shows(5, "note 12 ");
	shows(12, "note 19 ");
	assert_int_equal(last_row(), 12);
	memset(text, 'x', sizeof(text));
	strcpy(text + 169, "end");
	watch_live_note(v, text);
	watch_live_note(v, "\033[2J\x7f\xc2\x9b.");
	draw(v);
	shows(5, "note 16 ");
	shows(9, "xxxxx");
	shows(11, "xxxxxxxxxend ");
	shows(12, "?[2J???.");
	assert_int_equal(last_row(), 12);
	watch_live_end(v);
}

/* All that comes: a terminal hands out a frame in as many pieces as it likes. */
static void read_all(char *bytes, size_t size)
{
	struct pollfd p = {.fd = screen.master, .events = POLLIN};
	size_t len = 0;

	while (len < size - 1 && poll(&p, 1, len ? 300 : 5000) == 1) {
		ssize_t n = read(screen.master, bytes + len, size - 1 - len);

		assert_true(n > 0);
		len += (size_t)n;
	}
	bytes[len] = '\0';
}

static void no_colour_where_none_is_wanted(void **state)
{
	char bytes[4096];

	(void)state;
	setenv("TERM", "xterm", 1);
	add_row(JUDGE_DEAD);
	for (int wanted = 0; wanted < 2; wanted++) {
		struct watch_live *v;

		setenv("NO_COLOR", wanted ? "" : "1", 1);
		v = watch_live_begin(screen.slave);
		watch_live_draw(v, rows, count);
		read_all(bytes, sizeof(bytes));
		assert_int_equal(!!strstr(bytes, "\033[31mdead\033[0m "), wanted);
		watch_live_end(v);
		look();
	}
}

/* Ctrl-S, or a terminal that nobody reads: the watch goes on; the next frames are whole. */
static void a_terminal_that_takes_nothing(void **state)
{
	struct watch_live *v = watch_live_begin(screen.slave);
	int before = fcntl(screen.slave, F_GETFL);

	(void)state;
	while (count < ROWS_MAX)
		add_row(JUDGE_DEAD);
	resize(60, 100);
	alarm(60);
	for (unsigned i = 0; i < 40; i++)
		watch_live_draw(v, rows, count);
	alarm(0);
	assert_int_equal(fcntl(screen.slave, F_GETFL), before);
	look();
	draw(v);
	shows(0, "64 connections ");
	shows(59, "... ");
	watch_live_end(v);
}

/* die() of another place ends by exit(). */
static void exit_gives_the_terminal_back(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	if (!child) {
		watch_live_begin(screen.slave);
		exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	look();
	assert_false(screen.alternate || screen.cursor_hidden);
}

static void terminals(void **state)
{
	int pipe_fd[2];

	(void)state;
	assert_int_equal(pipe(pipe_fd), 0);
	assert_false(watch_live_possible(pipe_fd[1]));
	assert_true(watch_live_possible(screen.slave));
	setenv("TERM", "dumb", 1);
	assert_false(watch_live_possible(screen.slave));
	unsetenv("TERM");
	assert_false(watch_live_possible(screen.slave));
	close(pipe_fd[0]);
	close(pipe_fd[1]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, close_screen)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_frame_over_the_one_before),
		TEST(fits_the_terminal_of_now),
		TEST(notes_below_the_table),
		TEST(no_colour_where_none_is_wanted),
		TEST(a_terminal_that_takes_nothing),
		TEST(exit_gives_the_terminal_back),
		TEST(terminals),
	};

	return cmocka_run_group_tests_name("watch_live", tests, NULL, NULL);
}
