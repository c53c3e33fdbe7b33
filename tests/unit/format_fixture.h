/* SPDX-License-Identifier: MIT */
/* A format and what it prints of events made by hand. */
#ifndef PEERLESS_TESTS_FORMAT_FIXTURE_H
#define PEERLESS_TESTS_FORMAT_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>

#include "event_fixture.h"
#include "printer.h"

/* A format at work on a recording "x.rec" of host "db1", which began at NOON. */
struct fixture_output {
	const struct printer_format *format;
	struct printer *printer;
	FILE *out;
	char *text;
	size_t size;
};

static struct record_header fixture_header = {.host = "db1", .real_ns = NOON};
static struct printer_options fixture_options = {.header = &fixture_header, .name = "x.rec"};

static inline void fixture_open(struct fixture_output *o, const struct printer_format *format)
{
	setenv("TZ", "UTC", 1);
	o->format = format;
	o->out = open_memstream(&o->text, &o->size);
	o->printer = format->open(o->out, &fixture_options);
}

static inline void fixture_put(struct fixture_output *o, struct event e)
{
	o->format->event(o->printer, &e);
}

/* All that it printed: to be freed. */
static inline char *fixture_close(struct fixture_output *o, const char *missing)
{
	o->format->close(o->printer, missing);
	fclose(o->out);
	return o->text;
}

#endif
