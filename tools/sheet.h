/* SPDX-License-Identifier: MIT */
/*
 * Tables for people: lines of at most SHEET_COLUMNS, whatever stands in them.  A first cell that is
 * too wide gets a line of its own; what is still too long is cut and ends in "...".  Texts from a
 * recording go through sheet_name() or sheet_untrusted(), which escape them.
 */
#ifndef PEERLESS_TOOLS_SHEET_H
#define PEERLESS_TOOLS_SHEET_H

#include <stdio.h>

#include "runtime/line.h"

enum { SHEET_COLUMNS = 100, SHEET_NAME = 28, SHEET_CELL = 9 };

struct sheet {
	FILE *out;
	unsigned
		columns; /* at most SHEET_COLUMNS, which it is at first; fewer: a narrow terminal */
	unsigned lines;  /* ended so far */
	const char *colour;
	size_t coloured;  /* bytes of the line that are of that colour, from its start */
	struct line line; /* the line being written */
	char text[1024];
};

void sheet_over(struct sheet *s, FILE *out);
/* The first cell of a row, left, SHEET_NAME wide. */
void sheet_name(struct sheet *s, const char *name);
/* The next cell, right. */
void sheet_cell(struct sheet *s, const char *text);
/* Text in its place, as it is. */
void sheet_text(struct sheet *s, const char *text);
/* Blanks up to that column, if the line is not there yet. */
void sheet_pad(struct sheet *s, size_t column);
/* What stands on this line so far comes out in that colour, an escape sequence of a terminal. */
void sheet_paint(struct sheet *s, const char *colour);
void sheet_untrusted(struct sheet *s, const char *text);
/* Text behind a comma; it begins a new line, indented, if it does not fit on this one. */
void sheet_flow(struct sheet *s, const char *text);
void sheet_end(struct sheet *s);
/* A row of titles, the first one's of the first cell; NULL ends them.  The line stays open. */
void sheet_titles(struct sheet *s, const char *name, const char *const *titles);
/* Ends the line and draws one below it. */
void sheet_rule(struct sheet *s);

#endif
