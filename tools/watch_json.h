/* SPDX-License-Identifier: MIT */
/* Watched connections for machines: JSON Lines, the members that fields.def has of `connection`. */
#ifndef PEERLESS_TOOLS_WATCH_JSON_H
#define PEERLESS_TOOLS_WATCH_JSON_H

#include <stdio.h>

#include "watch_row.h"

/* One line a row, worst first.  now_ns: CLOCK_REALTIME at which the sample was taken. */
void watch_json_print(FILE *out, const struct watch_row *rows, size_t n, int64_t now_ns);

#endif
