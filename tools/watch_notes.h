/* SPDX-License-Identifier: MIT */
/* The last few lines that somebody said, to be shown in a corner of a terminal. */
#ifndef PEERLESS_TOOLS_WATCH_NOTES_H
#define PEERLESS_TOOLS_WATCH_NOTES_H

#include <stdio.h>

enum { WATCH_NOTES_MAX = 8, WATCH_NOTES_BYTES = 1024 };

/* All zero: none yet. */
struct watch_notes {
	unsigned count; /* ever */
	char text[WATCH_NOTES_MAX][WATCH_NOTES_BYTES];
};

/* Untrusted; what is no printable ASCII becomes a question mark.  A newline at its end is dropped.
 */
void watch_notes_add(struct watch_notes *n, const char *text);
/* How many lines of `columns` the newest notes need, whole notes only, at most `limit`. */
unsigned watch_notes_lines(const struct watch_notes *n, unsigned columns, unsigned limit);
/* Those that fit into `limit` lines, oldest first; a long one goes on in the next line. */
void watch_notes_print(FILE *out, const struct watch_notes *n, unsigned columns, unsigned limit);

#endif
