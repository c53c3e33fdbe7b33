/* SPDX-License-Identifier: MIT */
/* The tables of format summary about processes: totals, calls by name, the slowest calls. */
#ifndef PEERLESS_TOOLS_SUMMARY_CALLS_H
#define PEERLESS_TOOLS_SUMMARY_CALLS_H

#include "sheet.h"
#include "tally.h"

/* "12:00:01.123456", this host's time of day, as format text has it. */
enum { SUMMARY_CLOCK_MAX = 32 };
const char *summary_calls_clock(char out[SUMMARY_CLOCK_MAX], int64_t ns);

void summary_calls_processes(struct sheet *s, const struct tally *t);

#endif
