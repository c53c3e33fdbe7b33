/* SPDX-License-Identifier: MIT */
/*
 * One process of a family.  What /proc says of a number counts only if the process is still there
 * afterwards, which its pidfd tells; else the number may be another's by now.
 */
#ifndef PEERLESS_TOOLS_FAMILY_MEMBER_H
#define PEERLESS_TOOLS_FAMILY_MEMBER_H

#include "family.h"
#include "family_proc.h"

/* Each takes a descriptor: raises our limit of these to the most that we may have. */
void family_member_room(void);
/* Opens m->pidfd; m->error is errno where it cannot be. */
void family_member_hold(struct member *m);
/* Without a pidfd the time at which it started tells it from another. */
bool family_member_ended(const struct member *m);
/* Fills in what is new, and *p with what was read; false, and nothing is, if it has ended. */
bool family_member_look(struct member *m, struct family_proc *p, int64_t now_ms);

/* Is the library in it by now?  The last look at it may have been before it was executed. */
bool family_member_preloaded(const struct member *m);

#endif
