/* SPDX-License-Identifier: MIT */
/*
 * See watch_live.h.  A frame is put together in memory, cut to the terminal's size, and written
 * from the top left corner on: what it does not cover is erased behind each line, so that nothing
 * flickers.  ECMA-48 and xterm's alternate screen; no terminfo, every terminal in use has these.
 */
#include "watch_live.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "util.h"
#include "watch_notes.h"
#include "watch_table.h"

/* Alternate screen, no wrapping, no cursor; and back. */
#define TAKE      "\033[?1049h\033[?7l\033[?25l"
#define GIVE_BACK "\033[0m\033[?25h\033[?7h\033[?1049l"

struct watch_live {
	int fd; /* an open file description of our own: O_NONBLOCK is not the shell's */
	bool colour;
	struct watch_notes notes;
};

static struct watch_live *shown; /* what exit() has to take from the terminal */

bool watch_live_possible(int fd)
{
	const char *term = getenv("TERM");

	return isatty(fd) && term && *term && strcmp(term, "dumb") != 0;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Can it take more, before `until`? */
static bool takes_more(int fd, int64_t until)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	int64_t left = until - now_ms();

	return left > 0 && poll(&p, 1, (int)left) == 1;
}

/* What the terminal does not take in time is lost. */
static void put(const struct watch_live *v, const char *text, size_t len)
{
	const int64_t until = now_ms() + WATCH_LIVE_PATIENCE_MS;

	while (len) {
		ssize_t n = write(v->fd, text, len);

		if (n > 0) {
			text += n;
			len -= (size_t)n;
		} else if (n == 0 || (errno != EINTR && errno != EAGAIN) ||
			   !takes_more(v->fd, until)) {
			return;
		}
	}
}

static void give_back(void)
{
	if (shown)
		put(shown, GIVE_BACK, strlen(GIVE_BACK));
}

/* After su(1) the terminal may be another user's: then only the descriptor itself is left. */
static int own_description(int fd)
{
	char path[32];
	int own;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	own = open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	return own < 0 ? fcntl(fd, F_DUPFD_CLOEXEC, 3) : own;
}

void watch_live_enter(struct watch_live *v)
{
	put(v, TAKE, strlen(TAKE));
	shown = v;
}

void watch_live_leave(const struct watch_live *v)
{
	if (shown == v)
		give_back();
	shown = NULL;
}

struct watch_live *watch_live_begin(int fd)
{
	static bool prepared;
	struct watch_live *v = die_if_null(calloc(1, sizeof(*v)));

	v->fd = own_description(fd);
	v->colour = watch_table_colour(fd);
	watch_live_enter(v);
	if (!prepared)
		atexit(give_back);
	prepared = true;
	return v;
}

void watch_live_note(struct watch_live *v, const char *text)
{
	watch_notes_add(&v->notes, text);
}

static struct winsize size_of(int fd)
{
	struct winsize size = {0};

	ioctl(fd, TIOCGWINSZ, &size);
	if (!size.ws_row)
		size.ws_row = 24;
	if (!size.ws_col)
		size.ws_col = 80;
	return size;
}

/* Each line of text to the terminal's, as many as there are, and nothing behind them. */
static void place(FILE *frame, const char *text, unsigned lines)
{
	const char *end;

	fputs("\033[H", frame);
	for (unsigned i = 0; i < lines && (end = strchr(text, '\n')); i++, text = end + 1)
		fprintf(frame, "%s%.*s\033[K", i ? "\r\n" : "", (int)(end - text), text);
	fputs("\033[J", frame);
}

/* What the frame says, in lines. */
static char *compose(const struct watch_live *v, const struct watch_row *rows, size_t n,
	const struct winsize *size)
{
	unsigned noted = watch_notes_lines(&v->notes, size->ws_col, size->ws_row / 3u);
	const struct watch_table_options o = {
		.columns = size->ws_col,
		.lines = size->ws_row - (noted ? noted + 1 : 0),
		.colour = v->colour,
	};
	char *text;
	size_t len;
	FILE *out = die_if_null(open_memstream(&text, &len));

	watch_table_print(out, rows, n, &o);
	if (noted)
		fputc('\n', out);
	watch_notes_print(out, &v->notes, size->ws_col, noted);
	die_if_null(fclose(out) ? NULL : text);
	return text;
}

void watch_live_draw(struct watch_live *v, const struct watch_row *rows, size_t n)
{
	const struct winsize size = size_of(v->fd);
	cleanup_free char *text = compose(v, rows, n, &size);
	char *bytes;
	size_t len;
	FILE *frame = die_if_null(open_memstream(&bytes, &len));

	place(frame, text, size.ws_row);
	die_if_null(fclose(frame) ? NULL : bytes);
	put(v, bytes, len);
	free(bytes);
}

void watch_live_end(struct watch_live *v)
{
	watch_live_leave(v);
	close(v->fd);
	free(v);
}
