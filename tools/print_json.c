/* SPDX-License-Identifier: MIT */
/* The format json. */
#include "printer.h"

#include "util.h"

struct printer {
	FILE *out;
};

static struct printer *json_open(FILE *out, const struct printer_options *options)
{
	struct printer *p = die_if_null(calloc(1, sizeof(*p)));

	(void)options;
	p->out = out;
	return p;
}

static void json_event(struct printer *p, const struct event *e)
{
	fprintf(p->out, "{\"event\":%d,\"pid\":%u}\n", (int)e->kind, e->pid);
}

static void json_close(struct printer *p, const char *missing)
{
	(void)missing;
	free(p);
}

const struct printer_format printer_json = {
	.name = "json",
	.meaning = "JSON Lines: one object an event",
	.open = json_open,
	.event = json_event,
	.close = json_close,
};
