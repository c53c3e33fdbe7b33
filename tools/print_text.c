/* SPDX-License-Identifier: MIT */
/*
 * Format text, in the manner of strace: one line an event, in the local time zone,
 *
 *   TIME [PID/TID] LOCAL→PEER call(ARGUMENTS) = RESULT <DURATION>
 *
 * with the time at which the call began, TID only where it is not PID, and the connection only
 * where it is known.  Bytes that were not recorded, or not shown, are "…".  What is no call is a
 * word and key=value pairs.  A line is put together in memory and written in one piece.
 */
#include "print_text.h"

#include <string.h>
#include <time.h>

#include "escape.h"
#include "printer.h"
#include "util.h"

/* A line: every byte of payload in octal, and the rest. */
enum { LINE_BYTES = 4 * RECORD_PAYLOAD_MAX + 32768 };

#define NS_PER_S 1000000000

struct printer {
	FILE *out;
	struct line line;
	enum printer_time time;
	unsigned payload;
	int64_t last_ns; /* of the line before; 0: there was none */
	int64_t second;  /* since 1970, of clock */
	char clock[16];
};

static struct printer *text_open(FILE *out, const struct printer_options *options)
{
	struct printer *p = die_if_null(calloc(1, sizeof(*p)));

	p->out = out;
	p->time = options->time;
	if (options->header->payload)
		p->payload = options->payload < RECORD_PAYLOAD_MAX ? options->payload
								   : RECORD_PAYLOAD_MAX;
	p->line = line_over(die_if_null(malloc(LINE_BYTES)), LINE_BYTES);
	strcpy(p->clock, "00:00:00");
	p->second = INT64_MIN;
	return p;
}

static void put_seconds(struct line *l, uint64_t ns)
{
	line_uint(l, ns / NS_PER_S);
	line_char(l, '.');
	line_uint_padded(l, ns % NS_PER_S / 1000, 6);
}

/* localtime_r() is slow: the text of a second is kept. */
static void put_clock(struct printer *p, int64_t second)
{
	time_t t = (time_t)second;
	struct tm tm;

	if (second != p->second && localtime_r(&t, &tm) &&
		strftime(p->clock, sizeof(p->clock), "%T", &tm))
		p->second = second;
	line_str(&p->line, p->clock);
}

/* Lines come in the order in which calls ended: one may have begun before the last. */
static void put_step(struct line *l, int64_t ns, int64_t last)
{
	uint64_t step = last ? (uint64_t)ns - (uint64_t)last : 0;
	bool before = last && ns < last;

	line_char(l, before ? '-' : '+');
	put_seconds(l, before ? -step : step);
}

static void put_time(struct printer *p, int64_t ns)
{
	int64_t rest = ns % NS_PER_S, second = ns / NS_PER_S - (rest < 0);
	struct line *l = &p->line;

	switch (p->time) {
	case TIME_OF_DAY: put_clock(p, second); break;
	case TIME_MICROS:
		put_clock(p, second);
		line_char(l, '.');
		line_uint_padded(l, (uint64_t)(rest < 0 ? rest + NS_PER_S : rest) / 1000, 6);
		break;
	case TIME_SECONDS: put_seconds(l, ns < 0 ? 0 : (uint64_t)ns); break;
	case TIME_RELATIVE: put_step(l, ns, p->last_ns); break;
	}
	p->last_ns = ns;
}

static void put_process(struct line *l, const struct event *e)
{
	line_str(l, " [");
	line_uint(l, e->pid);
	if (e->tid != e->pid) {
		line_char(l, '/');
		line_uint(l, e->tid);
	}
	line_char(l, ']');
}

/* Both ends, or the one that is known. */
static void put_connection(struct line *l, const struct connection *c)
{
	char local[ENDPOINT_TEXT_MAX], peer[ENDPOINT_TEXT_MAX];

	event_local(c, local);
	event_peer(c, peer);
	if (!strcmp(local, "?") && !strcmp(peer, "?"))
		return;
	line_char(l, ' ');
	if (strcmp(local, "?"))
		escape_text(l, local);
	if (strcmp(peer, "?")) {
		line_str(l, "→");
		escape_text(l, peer);
	}
}

static void text_event(struct printer *p, const struct event *e)
{
	struct line *l = &p->line;

	l->len = 0;
	put_time(p, e->start_ns);
	if (e->kind != EVENT_LOST)
		put_process(l, e);
	if (e->conn)
		put_connection(l, e->conn);
	line_char(l, ' ');
	if (e->kind == EVENT_CALL)
		print_text_call(l, e, p->payload);
	else
		print_text_story(l, e);
	line_char(l, '\n');
	fwrite_unlocked(l->text, 1, l->len, p->out);
}

static void text_close(struct printer *p, const char *missing)
{
	struct line *l = &p->line;

	if (*missing) {
		l->len = 0;
		line_str(l, "--- ");
		escape_text(l, missing);
		line_str(l, " ---\n");
		fwrite_unlocked(l->text, 1, l->len, p->out);
	}
	free(l->text);
	free(p);
}

const struct printer_format printer_text = {
	.name = "text",
	.meaning = "one line a call, in the manner of strace",
	.open = text_open,
	.event = text_event,
	.close = text_close,
};
