/* SPDX-License-Identifier: MIT */
/* A recording that is still being written: what comes is printed within a moment. */
#ifndef PEERLESS_TOOLS_LIVE_H
#define PEERLESS_TOOLS_LIVE_H

#include "mapped.h"
#include "output.h"
#include "supervise.h"

struct live {
	struct supervise supervise;
	struct mapped mapped;
	struct reader *reader;
	struct output *output;
};

/* Prints and takes signals, until the program has ended. */
void live_until_end(struct live *l);
/*
 * Goes on while a process maps the recording, or until somebody has asked us to end.  tell: who
 * that process is is said, if it is one to wait for.
 */
void live_until_alone(struct live *l, bool tell);
/* Nothing more is coming, or shall be waited for: prints the rest. */
void live_finish(struct live *l);

#endif
