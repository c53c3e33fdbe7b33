/* SPDX-License-Identifier: MIT */
/*
 * Numbers with and without units.  By hand: strtol() knows locales, signs and blanks, and says
 * too little about what was wrong.  AS-safe.
 */
#ifndef PEERLESS_RUNTIME_VALUE_NUMBER_H
#define PEERLESS_RUNTIME_VALUE_NUMBER_H

#include <stdint.h>

#include "runtime/span.h"
#include "runtime/value.h"

/* Digits alone: 0, -EINVAL where it is no number, -ERANGE where it is above max. */
int value_number_uint(struct span s, uint64_t max, uint64_t *out);
/* An int as socket options take it: -1, 256K, 0x10 (hex: 32 bits); 0, -EINVAL or -ERANGE. */
int value_number_int(struct span s, int *out);
/* "75s", "500ms" to milliseconds (below INT64_MAX); 0, or -1 with the reason in *why. */
int value_number_duration(struct span s, uint64_t *ms, struct line *why);
/* As above, but only whole seconds will do. */
int value_number_seconds(struct span s, uint64_t *ms, struct line *why);
/* Is ms within bounds?  0, or -1 with the reason; `or_else` ends the legal form (", or off"). */
int value_number_within(
	uint64_t ms, struct value_bounds bounds, const char *or_else, struct line *why);

#endif
