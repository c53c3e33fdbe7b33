/* SPDX-License-Identifier: MIT */
/*
 * The table of watched connections on a terminal, drawn over itself, and the last notes below it.
 * It takes the alternate screen, and gives the terminal back in watch_live_end() or at exit();
 * signals are the caller's.  A terminal that takes nothing (Ctrl-S, a dead ssh) loses frames and
 * holds nobody up for longer than WATCH_LIVE_PATIENCE_MS.
 */
#ifndef PEERLESS_TOOLS_WATCH_LIVE_H
#define PEERLESS_TOOLS_WATCH_LIVE_H

#include "watch_row.h"

enum { WATCH_LIVE_PATIENCE_MS = 100 };

struct watch_live;

/* Is fd a terminal on which lines can be drawn over? */
bool watch_live_possible(int fd);
/* fd stays the caller's.  One at a time in a process. */
struct watch_live *watch_live_begin(int fd);
/* A line to be shown below the table from the next frame on, until newer ones take its place. */
void watch_live_note(struct watch_live *v, const char *text);
/* A frame, in the size that the terminal has now. */
void watch_live_draw(struct watch_live *v, const struct watch_row *rows, size_t n);
/* Gives the terminal back, and takes it again: for a while in which the shell has it. */
void watch_live_leave(const struct watch_live *v);
void watch_live_enter(struct watch_live *v);
void watch_live_end(struct watch_live *v);

#endif
