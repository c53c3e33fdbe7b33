/* SPDX-License-Identifier: MIT */
/* See watch_view.h.  Below a live table stand the lines of the log: stderr becomes a pipe then. */
#include "watch_view.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "util.h"
#include "watch_json.h"
#include "watch_live.h"
#include "watch_table.h"

enum {
	NOTE_MAX = 4096,
	UNREAD_MAX = 16 << 20, /* bytes: a reader that is slower than that has given up */
	LAST_WAIT_MS = 500,    /* for a reader, when we end */
};

struct watch_view {
	struct watch_view_options o;
	struct watch_live *live; /* or NULL */
	int notes;               /* what is written to stderr; -1: it goes there */
	int stderr_was;
	char note[NOTE_MAX]; /* begun, and not ended yet */
	size_t noted;
	struct watch_row *changed;
	size_t room;
	/* Lines of JSON that stdout has not taken yet: a reader that sleeps must not stop us. */
	FILE *lines;
	char *text;
	size_t length, taken;
};

static void catch_stderr(struct watch_view *v)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		return;
	v->notes = ends[0];
	v->stderr_was = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
}

struct watch_view *watch_view_begin(const struct watch_view_options *o)
{
	struct watch_view *v = die_if_null(calloc(1, sizeof(*v)));
	int fd = fileno(o->out);

	v->o = *o;
	v->notes = v->stderr_was = -1;
	if (o->json && !o->once)
		v->lines = die_if_null(open_memstream(&v->text, &v->length));
	if (o->once || o->json || o->quiet || !watch_live_possible(fd))
		return v;
	v->live = watch_live_begin(fd);
	if (isatty(STDERR_FILENO))
		catch_stderr(v);
	return v;
}

/* By the signal itself: where no shell would continue us, the kernel does not stop us either. */
static void stop(const struct watch_view *v)
{
	sigset_t set;

	if (v->live)
		watch_live_leave(v->live);
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (v->live)
		watch_live_enter(v->live);
}

enum asked { NOTHING, TO_DRAW, TO_END };

static enum asked take_signals(const struct watch_view *v)
{
	struct signalfd_siginfo info;
	enum asked asked = NOTHING;

	while (read(v->o.signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo != SIGWINCH && info.ssi_signo != SIGTSTP)
			return TO_END;
		if (info.ssi_signo == SIGTSTP)
			stop(v);
		asked = TO_DRAW;
	}
	return asked;
}

static void take_notes(struct watch_view *v)
{
	ssize_t n;

	while ((n = read(v->notes, v->note + v->noted, NOTE_MAX - 1 - v->noted)) > 0) {
		char *line = v->note, *end;

		v->note[v->noted += (size_t)n] = 0;
		for (; (end = strchr(line, '\n')); line = end + 1) {
			*end = 0;
			watch_live_note(v->live, line);
		}
		v->noted = strlen(line);
		memmove(v->note, line, v->noted);
		if (v->noted == NOTE_MAX - 1)
			v->noted = 0;
	}
}

static int64_t realtime_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* A pipe that polls as writable takes PIPE_BUF bytes at once. */
static void pass_on_lines(struct watch_view *v, int wait_ms)
{
	struct pollfd out = {.fd = fileno(v->o.out), .events = POLLOUT};

	while (v->taken < v->length && poll(&out, 1, wait_ms) == 1) {
		size_t left = v->length - v->taken;
		ssize_t n = write(out.fd, v->text + v->taken, left < PIPE_BUF ? left : PIPE_BUF);

		if (n < 0)
			die(STATUS_OURS, "standard output: %s", strerror(errno));
		v->taken += (size_t)n;
	}
	if (v->length - v->taken > UNREAD_MAX)
		die(STATUS_OURS, "standard output: nobody reads it");
	if (v->taken == v->length) {
		rewind(v->lines);
		v->taken = v->length = 0;
	}
}

static void print_changed(struct watch_view *v, const struct watch_row *rows, size_t count)
{
	size_t n = 0;

	if (count > v->room) {
		v->room = count * 2;
		v->changed = die_if_null(reallocarray(v->changed, v->room, sizeof(*v->changed)));
	}
	for (size_t i = 0; i < count; i++)
		if (rows[i].changed)
			v->changed[n++] = rows[i];
	if (n)
		watch_json_print(v->lines, v->changed, n, realtime_ns());
	fflush(v->lines);
	pass_on_lines(v, 0);
}

bool watch_view_show(void *context, const struct watch_row *rows, size_t count)
{
	struct watch_view *v = context;
	enum asked asked;

	if (v->notes >= 0)
		take_notes(v);
	if (v->live)
		watch_live_draw(v->live, rows, count);
	else if (v->lines)
		print_changed(v, rows, count);
	else if (v->o.json)
		watch_json_print(v->o.out, rows, count, realtime_ns());
	else if (v->o.once)
		watch_table_print(v->o.out, rows, count,
			&(struct watch_table_options){
				.colour = watch_table_colour(fileno(v->o.out))});
	if (fflush(v->o.out) || ferror(v->o.out))
		return false;
	asked = take_signals(v);
	if (asked == TO_DRAW && v->live)
		watch_live_draw(v->live, rows, count);
	return !v->o.once && asked != TO_END;
}

/* The last lines, which no table was drawn over any more. */
static void pass_on_notes(struct watch_view *v)
{
	ssize_t n;

	dprintf(STDERR_FILENO, "%.*s", (int)v->noted, v->note);
	while ((n = read(v->notes, v->note, NOTE_MAX)) > 0)
		dprintf(STDERR_FILENO, "%.*s", (int)n, v->note);
}

void watch_view_end(struct watch_view *v)
{
	if (v->live)
		watch_live_end(v->live);
	if (v->notes >= 0) {
		dup2(v->stderr_was, STDERR_FILENO);
		pass_on_notes(v);
		close(v->stderr_was);
		close(v->notes);
	}
	if (v->lines) {
		pass_on_lines(v, LAST_WAIT_MS);
		fclose(v->lines);
	}
	free(v->text);
	free(v->changed);
	free(v);
}
