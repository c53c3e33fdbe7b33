/* SPDX-License-Identifier: MIT */
/*
 * What `peerless watch` shows after each look of the sentinel: a table once, a live table on a
 * terminal, JSON Lines of what changed, or nothing but the log.
 */
#ifndef PEERLESS_TOOLS_WATCH_VIEW_H
#define PEERLESS_TOOLS_WATCH_VIEW_H

#include <stdio.h>

#include "watch_row.h"

struct watch_view_options {
	FILE *out;
	bool once, json, quiet; /* quiet: only the log */
	int signals;            /* a signalfd: SIGTSTP stops us, all but SIGWINCH end the watch */
};

struct watch_view;

/* Live: from here on what is written to stderr is shown below the table. */
struct watch_view *watch_view_begin(const struct watch_view_options *o);
/* sentinel_options.shown; context is the view. */
bool watch_view_show(void *context, const struct watch_row *rows, size_t count);
void watch_view_end(struct watch_view *v);

#endif
