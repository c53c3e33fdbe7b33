/* SPDX-License-Identifier: MIT */
/*
 * Watched connections for people: a line each, worst first, and a second one under those that are
 * not well: for how long, why, and how that is seen.  In front stand how many there are of which
 * verdict, and the titles.  No line is longer than options->columns; what a narrow terminal has no
 * room for is left out from the right, whole columns at a time.
 */
#ifndef PEERLESS_TOOLS_WATCH_TABLE_H
#define PEERLESS_TOOLS_WATCH_TABLE_H

#include <stdio.h>

#include "watch_row.h"

struct watch_table_options {
	unsigned columns; /* of the terminal; 0, or more than there is a use for: 100 */
	unsigned lines;   /* at most so many, the last one saying what is not shown; 0: all */
	bool colour;      /* of verdicts: watch_table_colour() */
};

/* options NULL: all of it, without colour. */
void watch_table_print(FILE *out, const struct watch_row *rows, size_t n,
	const struct watch_table_options *options);
/* Is fd a terminal that shows colours, to a person who wants them (NO_COLOR, TERM=dumb)? */
bool watch_table_colour(int fd);

#endif
