/* SPDX-License-Identifier: MIT */
/* The few connections worth keeping of many: each list has its order and holds what it keeps. */
#ifndef PEERLESS_TOOLS_TALLY_BEST_H
#define PEERLESS_TOOLS_TALLY_BEST_H

#include "tally.h"

/* One that has ended. */
void tally_best_offer(struct tally_best best[TALLY_LISTS], struct tally_conn *c);
/* At most TALLY_SHOWN into out, failed ones first, then by time lost; returns how many. */
unsigned tally_best_pick(struct tally_best best[TALLY_LISTS], struct tally_conn *out[TALLY_SHOWN]);
/* One holder less; the last one frees it.  NULL is none. */
void tally_best_release(struct tally_conn *c);
void tally_best_free(struct tally_best best[TALLY_LISTS]);

#endif
