/* SPDX-License-Identifier: MIT */
/* What follows a judgement: heartbeats, telling of leaks, ending what is dead. */
#ifndef PEERLESS_TOOLS_SENTINEL_ACT_H
#define PEERLESS_TOOLS_SENTINEL_ACT_H

#include "sentinel_arm.h"

/* One round's; zero but for map and now_ms. */
struct sentinel_act {
	struct sockmap *map;
	int64_t now_ms;
	const struct member *all; /* the family's */
	bool by_run;              /* sentinel_options */
	struct sentinel_arming *arming;
};

void sentinel_act(struct sentinel_act *a, struct watched *w, const struct member *m);
/* It is in no dump any more: if the kernel has ended it for its peer's death, that is told. */
void sentinel_act_gone(struct sentinel_act *a, struct watched *w, const struct member *m);
/* Before we end: what is for the moment only is taken away. */
void sentinel_act_leave(struct sentinel_act *a, struct watched *w, const struct member *m);

#endif
