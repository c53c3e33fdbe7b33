/* SPDX-License-Identifier: MIT */
/* Format chrome: Trace Event JSON, for Perfetto and chrome://tracing. */
#include "printer.h"
#include "util.h"

struct printer {
	FILE *out;
};

static struct printer *chrome_open(FILE *out, const struct printer_options *options)
{
	struct printer *p = die_if_null(calloc(1, sizeof(*p)));

	(void)options;
	p->out = out;
	return p;
}

static void chrome_event(struct printer *p, const struct event *e)
{
	(void)p;
	(void)e;
}

static void chrome_close(struct printer *p, const char *missing)
{
	(void)missing;
	free(p);
}

const struct printer_format printer_chrome = {
	.name = "chrome",
	.meaning = "Trace Event JSON for Perfetto and chrome://tracing",
	.open = chrome_open,
	.event = chrome_event,
	.close = chrome_close,
};
