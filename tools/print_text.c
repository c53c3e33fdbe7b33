/* SPDX-License-Identifier: MIT */
/* The format text. */
#include "printer.h"

#include "util.h"

struct printer {
	FILE *out;
};

static struct printer *text_open(FILE *out, const struct printer_options *options)
{
	struct printer *p = die_if_null(calloc(1, sizeof(*p)));

	(void)options;
	p->out = out;
	return p;
}

static void text_event(struct printer *p, const struct event *e)
{
	if (e->kind == EVENT_CALL)
		fprintf(p->out, "[%u/%u] %s(%d) = %d\n", e->pid, e->tid, call_name[e->call], e->fd,
			e->ret);
}

static void text_close(struct printer *p, const char *missing)
{
	(void)missing;
	free(p);
}

const struct printer_format printer_text = {
	.name = "text",
	.meaning = "one line a call, in the manner of strace",
	.open = text_open,
	.event = text_event,
	.close = text_close,
};
