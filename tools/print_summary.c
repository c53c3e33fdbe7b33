/* SPDX-License-Identifier: MIT */
/* Format summary: where the time went, per connection and per process. */
#include "printer.h"
#include "util.h"

struct printer {
	FILE *out;
};

static struct printer *summary_open(FILE *out, const struct printer_options *options)
{
	struct printer *p = die_if_null(calloc(1, sizeof(*p)));

	(void)options;
	p->out = out;
	return p;
}

static void summary_event(struct printer *p, const struct event *e)
{
	(void)p;
	(void)e;
}

static void summary_close(struct printer *p, const char *missing)
{
	(void)missing;
	free(p);
}

const struct printer_format printer_summary = {
	.name = "summary",
	.meaning = "where the time went, per connection and per process",
	.open = summary_open,
	.event = summary_event,
	.close = summary_close,
};
