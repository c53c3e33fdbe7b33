/* SPDX-License-Identifier: MIT */
/* What follows a judgement: arming what is new, heartbeats, telling of leaks, ending what is dead.
 */
#ifndef PEERLESS_TOOLS_SENTINEL_ACT_H
#define PEERLESS_TOOLS_SENTINEL_ACT_H

#include "tend.h"

/* One round's; zero but for map and now_ms. */
struct sentinel_act {
	struct sockmap *map;
	int64_t now_ms;
	const struct member *all; /* the family's */
	bool by_run;              /* sentinel_options */
	unsigned armed;           /* in this round */
	/* The last of those without a line of its own. */
	const struct member *armed_by;
	bool several; /* of more than one process */
	struct tend_options options;
};

void sentinel_act(struct sentinel_act *a, struct watched *w, const struct member *m);
void sentinel_act_end(struct sentinel_act *a);
/* It is in no dump any more: if the kernel has ended it for its peer's death, that is told. */
void sentinel_act_gone(struct sentinel_act *a, struct watched *w, const struct member *m);
/* Before we end: what is for the moment only is taken away. */
void sentinel_act_leave(struct sentinel_act *a, struct watched *w, const struct member *m);

#endif
