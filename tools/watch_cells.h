/* SPDX-License-Identifier: MIT */
/* One row of the table of watched connections. */
#ifndef PEERLESS_TOOLS_WATCH_CELLS_H
#define PEERLESS_TOOLS_WATCH_CELLS_H

#include "sheet.h"
#include "watch_row.h"

/* The line of titles. */
void watch_cells_titles(struct sheet *s);
void watch_cells_row(struct sheet *s, const struct watch_row *r, bool colour);
/* How many lines that takes: another one for a peer too long for its cell, and for the evidence. */
unsigned watch_cells_lines(const struct watch_row *r);

#endif
