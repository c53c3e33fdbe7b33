/* SPDX-License-Identifier: MIT */
/*
 * How `peerless run --sentinel` gets a `peerless watch` of its own, and what that one knows by it.
 * CMD can neither wait for the sentinel nor see it among its children: it is a grandchild whose
 * parent has ended, in its own session, without any descriptor of CMD's but stderr.  Only where CMD
 * is process 1 of a container, or a child subreaper, orphans become its children, and so does this.
 */
#ifndef PEERLESS_TOOLS_SENTINEL_START_H
#define PEERLESS_TOOLS_SENTINEL_START_H

#include <stdbool.h>

#include "family.h"

/*
 * In `run`, once PEERLESS_x are in our environment: starts it and waits until it is ready, then
 * marks our environment.  program: CMD's name, for [program GLOB] sections.  Whatever is wrong ends
 * us with STATUS_OURS.
 */
void sentinel_start(const char *program);

/* What `watch` was started with; all zero: by a user. */
struct sentinel_start {
	char mark[FAMILY_MARK_MAX]; /* for struct family */
	const char *program;        /* what the process will be by the time it has connections */
	int probe;                  /* a descriptor of `run`, for seeing whether we get it */
};

/* Takes the argument that sentinel_start() made; false: it is another one. */
bool sentinel_start_take(struct sentinel_start *s, const char *arg);
/*
 * In `watch`, again and again: lets go of stderr when none of them has it any more, so that whoever
 * waits for its end, as in $(...), does not wait for us.  The log ends with that.
 */
void sentinel_start_follow(const struct family *f);
/*
 * In `watch`, when all is in place: sees whether the kernel lets us do our work on f->first, else
 * ends us with the reason; and lets `run` go on.  Then stderr stays open only if we log there.
 */
void sentinel_start_ready(
	const struct sentinel_start *s, const struct family *f, bool logs_to_stderr);

#endif
