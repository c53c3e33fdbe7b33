/* SPDX-License-Identifier: MIT */
/*
 * A format: events in, text or bytes out.  A printer writes to a FILE and keeps what it must know
 * between events in memory of its own.
 */
#ifndef PEERLESS_TOOLS_PRINTER_H
#define PEERLESS_TOOLS_PRINTER_H

#include <stdio.h>

#include "event.h"

enum printer_time { TIME_OF_DAY, TIME_SECONDS, TIME_MICROS, TIME_RELATIVE };

struct printer_options {
	enum printer_time time; /* text: -t, -tt, -ttt, -r; default: TIME_MICROS */
	unsigned payload;       /* text: bytes of payload shown a call (-s) */
	bool color;             /* reserved; always false now */
	const struct record_header *header;
	const char *name; /* of the recording, for messages */
};

struct printer; /* each format's own */

struct printer_format {
	const char *name;    /* of -F */
	const char *meaning; /* one line for the usage text */
	bool needs_payload;  /* says so where the recording has none */
	struct printer *(*open)(FILE *out, const struct printer_options *options);
	void (*event)(struct printer *p, const struct event *e);
	/* missing: reader_missing().  Writes what is left and frees p. */
	void (*close)(struct printer *p, const char *missing);
};

extern const struct printer_format printer_text, printer_json, printer_pcapng, printer_summary,
	printer_chrome;

#endif
