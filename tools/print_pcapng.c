/* SPDX-License-Identifier: MIT */
/* The format pcapng of `peerless show`: what the calls moved, as packets. */
#include "printer.h"
#include "util.h"

struct printer {
	FILE *out;
};

static struct printer *open_printer(FILE *out, const struct printer_options *options)
{
	struct printer *p = die_if_null(calloc(1, sizeof(*p)));

	(void)options;
	p->out = out;
	return p;
}

static void print_event(struct printer *p, const struct event *e)
{
	(void)p;
	(void)e;
}

static void close_printer(struct printer *p, const char *missing)
{
	(void)missing;
	free(p);
}

const struct printer_format printer_pcapng = {
	.name = "pcapng",
	.meaning = "packets, for Wireshark and tshark",
	.needs_payload = true,
	.open = open_printer,
	.event = print_event,
	.close = close_printer,
};
