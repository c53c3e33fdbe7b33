/* SPDX-License-Identifier: MIT */
/* A terminal of the test's own, and what a person would see on it. */
#ifndef PEERLESS_TESTS_SCREEN_FIXTURE_H
#define PEERLESS_TESTS_SCREEN_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <pty.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { SCREEN_ROWS = 64, SCREEN_COLUMNS = 256 };

/* What of a terminal there must be to see what watch_live draws. */
static struct {
	int master, slave;
	char cell[SCREEN_ROWS][SCREEN_COLUMNS + 1];
	unsigned rows, columns, row, column, most; /* most: columns that were written to */
	bool alternate, cursor_hidden, scrolled;
} screen;

static inline void resize(unsigned short rows_now, unsigned short columns_now)
{
	struct winsize size = {.ws_row = rows_now, .ws_col = columns_now};

	screen.rows = rows_now;
	screen.columns = columns_now;
	assert_int_equal(ioctl(screen.master, TIOCSWINSZ, &size), 0);
}

static inline void erase(unsigned row, unsigned from)
{
	memset(screen.cell[row] + from, ' ', SCREEN_COLUMNS - from);
}

static inline int open_screen(void **state)
{
	(void)state;
	memset(&screen, 0, sizeof(screen));
	for (unsigned row = 0; row < SCREEN_ROWS; row++)
		erase(row, 0);
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	if (openpty(&screen.master, &screen.slave, NULL, NULL, NULL))
		return -1;
	fcntl(screen.master, F_SETFL, O_NONBLOCK);
	resize(24, 80);
	return 0;
}

static inline int close_screen(void **state)
{
	(void)state;
	close(screen.master);
	close(screen.slave);
	return 0;
}

/* A control sequence behind its "\033[". */
static inline void obey(const char *parameters, char final)
{
	bool on = final == 'h';

	if (final == 'H') {
		screen.row = screen.column = 0;
	} else if (final == 'K') {
		erase(screen.row, screen.column);
	} else if (final == 'J') {
		erase(screen.row, screen.column);
		for (unsigned row = screen.row + 1; row < SCREEN_ROWS; row++)
			erase(row, 0);
	} else if (final == 'h' || final == 'l') {
		if (!strcmp(parameters, "?1049"))
			screen.alternate = on;
		else if (!strcmp(parameters, "?25"))
			screen.cursor_hidden = !on;
		else
			assert_string_equal(parameters, "?7");
	} else {
		assert_int_equal(final, 'm');
	}
}

static inline void newline(void)
{
	screen.row++;
	if (screen.row >= screen.rows) {
		screen.scrolled = true;
		screen.row = screen.rows - 1;
	}
}

static inline void print(char c)
{
	assert_in_range(c, ' ', '~');
	assert_true(screen.column < SCREEN_COLUMNS);
	screen.cell[screen.row][screen.column++] = c;
	if (screen.column > screen.most)
		screen.most = screen.column;
}

/* All that has been written to the terminal so far. */
static inline void look(void)
{
	static char bytes[1 << 18];
	size_t len = 0;
	ssize_t n;

	while ((n = read(screen.master, bytes + len, sizeof(bytes) - 1 - len)) > 0)
		len += (size_t)n;
	bytes[len] = '\0';
	screen.most = 0;
	for (const char *at = bytes; *at; at++) {
		char parameters[16] = "";

		if (*at == '\033') {
			size_t length = strspn(at + 2, "?0123456789;");

			assert_int_equal(at[1], '[');
			assert_true(length < sizeof(parameters));
			memcpy(parameters, at + 2, length);
			at += 2 + length;
			obey(parameters, *at);
		} else if (*at == '\n') {
			newline();
		} else if (*at == '\r') {
			screen.column = 0;
		} else {
			print(*at);
		}
	}
}

/* Does the row of the screen begin with this? */
static inline void shows(unsigned row, const char *text)
{
	if (strncmp(screen.cell[row], text, strlen(text)))
		fail_msg("row %u is \"%.80s\", should be \"%s\"", row, screen.cell[row], text);
}

/* Of all rows, the last that has something on it. */
static inline unsigned last_row(void)
{
	unsigned row = SCREEN_ROWS - 1;

	while (row && strspn(screen.cell[row], " ") == SCREEN_COLUMNS)
		row--;
	return row;
}

#endif
