/* SPDX-License-Identifier: MIT */
/*
 * A format: events in, text or bytes out.  A printer writes to a FILE and keeps what it must know
 * between events in memory of its own.
 */
#ifndef PEERLESS_TOOLS_PRINTER_H
#define PEERLESS_TOOLS_PRINTER_H

#include <stdio.h>

#include "event.h"

/* How text tells the time at which a line's event began; not told: TIME_MICROS. */
enum printer_time {
	TIME_OF_DAY,   /* -t: 12:00:01 */
	TIME_SECONDS,  /* -ttt: since 1970, with microseconds */
	TIME_MICROS,   /* -tt: 12:00:01.123456 */
	TIME_RELATIVE, /* -r: since the line before, with microseconds */
};

struct printer_options {
	enum printer_time time;
	unsigned payload; /* text: bytes of payload shown a call (-s) */
	const struct record_header *header;
	const char *name; /* of the recording, for messages */
	bool filtered;    /* not every event passes */
};

struct printer; /* each format's own */

struct printer_format {
	const char *name;    /* of -F */
	const char *meaning; /* one line for the usage text */
	bool follows; /* a connection that it has begun on: to its end, whatever the filter says */
	bool needs_payload; /* says so where the recording has none */
	struct printer *(*open)(FILE *out, const struct printer_options *options);
	void (*event)(struct printer *p, const struct event *e);
	/* Or NULL.  An opening or a process that the filter leaves out: it shows nothing by itself.
	 */
	void (*hidden)(struct printer *p, const struct event *e);
	/* missing: reader_missing().  Writes what is left and frees p. */
	void (*close)(struct printer *p, const char *missing);
};

extern const struct printer_format printer_text, printer_json, printer_pcapng, printer_summary,
	printer_chrome;

#endif
