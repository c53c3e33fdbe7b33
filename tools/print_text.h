/* SPDX-License-Identifier: MIT */
/* The two halves of what stands behind time and connection in a line of format text. */
#ifndef PEERLESS_TOOLS_PRINT_TEXT_H
#define PEERLESS_TOOLS_PRINT_TEXT_H

#include "event.h"
#include "runtime/line.h"

/* call(ARGUMENTS) = RESULT <DURATION>; payload: at most so many bytes of it, 0: none was kept. */
void print_text_call(struct line *l, const struct event *e, unsigned payload);
/* Of all other events: a word, key=value pairs. */
void print_text_story(struct line *l, const struct event *e);

#endif
