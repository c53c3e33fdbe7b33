/* SPDX-License-Identifier: MIT */
/*
 * The sentinel: watches the connections of a family of processes from outside, arms them, ends
 * those whose peer is dead, tells of what leaks.  One thread; it looks when the judge wants to look
 * again, but spends at most one part in SENTINEL_SHARE of a core on that, unless a dead peer would
 * be found too late by it.  It leaves nothing behind that could harm: killed at any moment, the
 * programs go on with the socket options that it set.
 */
#ifndef PEERLESS_TOOLS_SENTINEL_H
#define PEERLESS_TOOLS_SENTINEL_H

#include "family.h"
#include "watch_row.h"

enum { SENTINEL_SHARE = 200 }; /* a look that took 1 ms of CPU time: the next one 200 ms later */

struct sentinel;

struct sentinel_options {
	bool look;   /* only look: nothing is armed, sent or ended */
	bool by_run; /* what is preloaded has the same options, and arms itself */
	int signals; /* a signalfd whose readability ends a wait, or -1 */
	/* After each look; rows are the sentinel's, valid until it returns.  False: no more.  Or
	 * NULL. */
	bool (*shown)(void *context, const struct watch_row *rows, size_t count);
	void *context;
};

/* Until the family has no member left, or shown() says so. */
void sentinel_run(struct family *f, const struct sentinel_options *o);

#endif
