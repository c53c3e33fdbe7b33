/* SPDX-License-Identifier: MIT */
/* How often the sentinel looks: no more than its cost allows, and no less than a bound asks for. */
#ifndef PEERLESS_TOOLS_SENTINEL_PACE_H
#define PEERLESS_TOOLS_SENTINEL_PACE_H

#include "family.h"

/* In ms: of a connection that is not there yet only the options are known. */
uint32_t pace_new_ms(void);
/* The pause that a look earns which cost so much CPU time, where the shortest bound is within_ms.
 */
int64_t pace_pause_ms(int64_t cost_ns, uint32_t within_ms);
/*
 * For so long, or until signals is readable or all have ended: then the result is false.  Less
 * where one ends, but least_ms.
 */
bool pace_rest(const struct family *f, int signals, int64_t wait_ms, int64_t least_ms);

#endif
