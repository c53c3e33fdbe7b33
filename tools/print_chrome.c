/* SPDX-License-Identifier: MIT */
/*
 * Format chrome: the JSON array of the Trace Event Format, which Perfetto and chrome://tracing
 * open; an array that was cut off they read too.
 *
 * Calls are complete events ("X"), and those on one track must nest.  A connection's calls do not
 * where threads use it at once, so it has as many tracks as calls ever overlapped: a call goes to
 * the first whose last one was over when it began.  To the formats a track is a thread: their
 * numbers begin where those of Linux end.  Calls without a connection are on their thread's own.
 *
 * ts and dur are microseconds with nanoseconds behind the point, counted from the recording's
 * start, as readers take them for doubles: since 1970 they would lose the last digits.
 */
#include "printer.h"

#include <string.h>

#include "call_text.h"
#include "chrome_args.h"
#include "story_text.h"
#include "util.h"

enum {
	FIRST_TRACK = 1 << 22, /* PID_MAX_LIMIT */
	NAMED = 1024,
	LINE_BYTES = 16384,
};

struct lane {
	uint32_t track;
	int64_t end_ns; /* of the last call on it */
};

/* A connection's tracks, at connection.user. */
struct lanes {
	struct lanes *next, *prev;
	unsigned count;
	struct lane *lane;
};

struct printer {
	FILE *out;
	int64_t base_ns;
	bool begun;
	uint32_t tracks;
	struct lanes *alive;
	struct line line;
	/* What has a name already; a newcomer may take another's place, which is named again. */
	uint64_t process[NAMED], thread[NAMED];
	char text[LINE_BYTES];
};

static void put_micros(struct line *l, uint64_t ns)
{
	line_uint(l, ns / 1000);
	line_char(l, '.');
	line_uint_padded(l, ns % 1000, 3);
}

/* {"ph":"X","pid":42,"tid":43,"ts":1.000,"name":NAME */
static void begin(struct printer *p, char phase, const struct event *e, uint32_t tid)
{
	struct line *l = &p->line;
	bool before = e->start_ns < p->base_ns;
	uint64_t ns = (uint64_t)e->start_ns - (uint64_t)p->base_ns;

	*l = line_over(p->text, sizeof(p->text));
	line_str(l, p->begun ? ",\n{\"ph\":\"" : "[\n{\"ph\":\"");
	p->begun = true;
	line_char(l, phase);
	line_str(l, "\",\"pid\":");
	line_uint(l, e->pid);
	line_str(l, ",\"tid\":");
	line_uint(l, tid);
	if (phase == 'M')
		return;
	line_str(l, before ? ",\"ts\":-" : ",\"ts\":");
	put_micros(l, before ? -ns : ns);
}

static void end(struct printer *p)
{
	line_str(&p->line, "}}");
	fwrite(p->text, 1, p->line.len, p->out);
}

/* Metadata: what a process or a track is called. */
static void put_name(
	struct printer *p, const char *what, const struct event *e, uint32_t tid, const char *name)
{
	begin(p, 'M', e, tid);
	line_str(&p->line, ",\"name\":\"");
	line_str(&p->line, what);
	line_str(&p->line, "\",\"args\":{\"name\":");
	line_quoted(&p->line, name);
	end(p);
}

static bool is_new(uint64_t named[NAMED], uint64_t id)
{
	uint64_t *slot = &named[(id ^ id >> 32) % NAMED];

	if (*slot == id)
		return false;
	*slot = id;
	return true;
}

static void name_process(struct printer *p, const struct event *e)
{
	if (is_new(p->process, (uint64_t)e->pid << 32 | e->process))
		put_name(p, "process_name", e, e->pid, e->prog);
}

static uint32_t track_of_thread(struct printer *p, const struct event *e)
{
	if (is_new(p->thread, (uint64_t)e->pid << 32 | e->tid))
		put_name(p, "thread_name", e, e->tid, e->prog);
	return e->tid;
}

/* "10.0.0.2:5432 (fd 7)" */
static void name_lane(struct printer *p, const struct event *e, uint32_t track, unsigned number)
{
	char name[CHROME_ARGS_END_MAX], text[CHROME_ARGS_END_MAX + 64];
	int fd = chrome_args_fd(e);
	size_t len;

	snprintf(text, sizeof(text), "%s", chrome_args_ends(name, e->conn));
	len = strlen(text);
	if (fd >= 0)
		len += (size_t)snprintf(text + len, sizeof(text) - len, " (fd %d)", fd);
	if (number)
		snprintf(text + len, sizeof(text) - len, " overlapping %u", number);
	put_name(p, "thread_name", e, track, text);
}

static struct lanes *lanes_of(struct printer *p, struct connection *c)
{
	struct lanes *ls = c->user;

	if (ls)
		return ls;
	ls = die_if_null(calloc(1, sizeof(*ls)));
	ls->next = p->alive;
	if (ls->next)
		ls->next->prev = ls;
	return p->alive = c->user = ls;
}

static void lanes_free(struct printer *p, struct lanes *ls)
{
	*(ls->prev ? &ls->prev->next : &p->alive) = ls->next;
	if (ls->next)
		ls->next->prev = ls->prev;
	free(ls->lane);
	free(ls);
}

/* The track for what happens from start_ns on; the first takes what is no call. */
static uint32_t track_of(struct printer *p, const struct event *e)
{
	struct lanes *ls;
	unsigned i = 0;

	if (!e->conn)
		return track_of_thread(p, e);
	ls = lanes_of(p, e->conn);
	if (e->kind == EVENT_CALL && !e->further)
		while (i < ls->count && ls->lane[i].end_ns > e->start_ns)
			i++;
	if (i == ls->count) {
		ls->lane = die_if_null(realloc(ls->lane, ++ls->count * sizeof(*ls->lane)));
		ls->lane[i] = (struct lane){FIRST_TRACK + p->tracks++, INT64_MIN};
		name_lane(p, e, ls->lane[i].track, i);
	}
	if (e->kind == EVENT_CALL)
		ls->lane[i].end_ns = e->end_ns;
	return ls->lane[i].track;
}

static void put_call(struct printer *p, const struct event *e)
{
	begin(p, 'X', e, track_of(p, e));
	line_str(&p->line, ",\"dur\":");
	put_micros(&p->line, event_took_ns(e));
	line_str(&p->line, ",\"name\":\"");
	line_str(&p->line, call_name[e->call]);
	line_str(&p->line, "\",\"args\":{");
	chrome_args_call(&p->line, e);
	end(p);
}

/* An instant of the connection, of the process ("p"), or of all ("g"). */
static void put_instant(struct printer *p, const struct event *e)
{
	begin(p, 'i', e, track_of(p, e));
	line_str(&p->line, ",\"s\":\"");
	line_char(&p->line, e->conn ? 't' : e->kind == EVENT_LOST ? 'g' : 'p');
	line_str(&p->line, "\",\"name\":\"");
	line_str(&p->line, chrome_args_instant(e));
	line_str(&p->line, "\",\"args\":{");
	chrome_args_story(&p->line, e);
	end(p);
}

static struct printer *chrome_open(FILE *out, const struct printer_options *options)
{
	struct printer *p = die_if_null(calloc(1, sizeof(*p)));

	p->out = out;
	p->base_ns = options->header->real_ns;
	return p;
}

static void chrome_event(struct printer *p, const struct event *e)
{
	name_process(p, e);
	if (e->kind == EVENT_CALL)
		put_call(p, e);
	else
		put_instant(p, e);
	/* Told again with other addresses: so are the names. */
	if (e->kind == EVENT_OPEN && e->conn) {
		struct lanes *ls = e->conn->user;

		for (unsigned i = 0; i < ls->count; i++)
			name_lane(p, e, ls->lane[i].track, i);
	}
	if (e->kind == EVENT_CLOSE && e->conn) {
		lanes_free(p, e->conn->user);
		e->conn->user = NULL;
	}
}

static void chrome_close(struct printer *p, const char *missing)
{
	(void)missing; /* is said by whoever calls */
	fputs(p->begun ? "\n]\n" : "[]\n", p->out);
	while (p->alive)
		lanes_free(p, p->alive);
	free(p);
}

const struct printer_format printer_chrome = {
	.name = "chrome",
	.meaning = "Trace Event JSON for Perfetto and chrome://tracing",
	.follows = true,
	.open = chrome_open,
	.event = chrome_event,
	.close = chrome_close,
};
