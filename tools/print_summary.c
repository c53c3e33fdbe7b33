/* SPDX-License-Identifier: MIT */
/*
 * Format summary: where the time went, of a recording as a whole, in at most 100 columns.  From
 * the short answer to the long: in all, by connection, by peer, by process, by call.
 */
#include "printer.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "human.h"
#include "summary_calls.h"
#include "summary_conns.h"
#include "util.h"

struct printer {
	FILE *out;
	const char *name;
	const char *host;
	struct tally *tally;
};

static struct printer *summary_open(FILE *out, const struct printer_options *options)
{
	struct printer *p = die_if_null(calloc(1, sizeof(*p)));

	*p = (struct printer){out, options->name, options->header->host, tally_new()};
	return p;
}

static void summary_event(struct printer *p, const struct event *e)
{
	tally_event(p->tally, e);
}

static const char *day_of(char out[16], int64_t ns)
{
	time_t second = (time_t)(ns / 1000000000);
	struct tm tm;

	strcpy(out, "?");
	if (localtime_r(&second, &tm))
		strftime(out, 16, "%F", &tm);
	return out;
}

static void head(struct sheet *s, const struct printer *p)
{
	const struct tally *t = p->tally;
	uint64_t processes = t->processes.count + t->processes.folded;
	char text[160], lasted[HUMAN_MAX], day[16], clock[SUMMARY_CLOCK_MAX];

	sheet_untrusted(s, p->name);
	snprintf(text, sizeof(text), ": %s from %s %s on ",
		human_time(lasted, tally_turn_between(t->first_ns, t->last_ns)),
		day_of(day, t->first_ns), summary_calls_clock(clock, t->first_ns));
	sheet_text(s, t->events ? text : ": no events on ");
	sheet_untrusted(s, p->host);
	sheet_end(s);
	snprintf(text, sizeof(text),
		"%" PRIu64 " connection%s, %" PRIu64 " failed, %" PRIu64 " open; %" PRIu64
		" process%s, %" PRIu64 " event%s",
		t->sum.conns, t->sum.conns == 1 ? "" : "s", t->sum.failed, t->open, processes,
		processes == 1 ? "" : "es", t->events, t->events == 1 ? "" : "s");
	sheet_text(s, text);
	sheet_end(s);
}

static void gaps(struct sheet *s, const struct printer *p, const char *missing)
{
	char text[128];

	if (p->tally->lost) {
		snprintf(text, sizeof(text),
			"LOST: %" PRIu64 " events; every figure is short of what they held.",
			p->tally->lost);
		sheet_text(s, text);
		sheet_end(s);
	}
	if (*missing) {
		sheet_text(s, "MISSING: ");
		sheet_untrusted(s, missing);
		sheet_end(s);
	}
}

static void summary_close(struct printer *p, const char *missing)
{
	struct sheet *s = die_if_null(malloc(sizeof(*s)));

	tally_end(p->tally);
	sheet_over(s, p->out);
	head(s, p);
	gaps(s, p, missing);
	if (p->tally->sum.conns)
		summary_conns_time(s, p->tally);
	summary_conns_table(s, p->tally);
	summary_conns_peers(s, p->tally);
	summary_calls_processes(s, p->tally);
	tally_free(p->tally);
	free(s);
	free(p);
}

const struct printer_format printer_summary = {
	.name = "summary",
	.meaning = "where the time went: per connection, peer, process and call",
	.follows = true,
	.open = summary_open,
	.event = summary_event,
	.close = summary_close,
};
