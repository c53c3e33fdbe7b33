/* SPDX-License-Identifier: MIT */
/*
 * Numbers for people: three digits and a unit, cut and not rounded, in at most HUMAN_MAX - 1
 * columns whatever the number.  All return out.
 */
#ifndef PEERLESS_TOOLS_HUMAN_H
#define PEERLESS_TOOLS_HUMAN_H

#include <stdint.h>

enum { HUMAN_MAX = 9 };

/* "0", "412 ns", "35.1 ms", "999 s", "16m40s", "27h46m", "11d13h" */
const char *human_time(char out[HUMAN_MAX], uint64_t ns);
/* "0", "999 B", "1.20 MB": units of 1000 */
const char *human_bytes(char out[HUMAN_MAX], uint64_t bytes);
/* "1234", "9999999", "10.0 M" */
const char *human_count(char out[HUMAN_MAX], uint64_t n);
/* "97.1 %"; of nothing, "-" */
const char *human_share(char out[HUMAN_MAX], uint64_t part, uint64_t whole);

#endif
