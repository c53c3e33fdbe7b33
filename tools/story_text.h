/* SPDX-License-Identifier: MIT */
/*
 * The words of events and stories (event.h, record_story.h), the same in every format.  They take
 * numbers out of a file: one that has no word gives NULL.
 */
#ifndef PEERLESS_TOOLS_STORY_TEXT_H
#define PEERLESS_TOOLS_STORY_TEXT_H

#include "event.h"
#include "runtime/line.h"

enum { STORY_TEXT_EVENTS = EVENT_LOST + 1 };

/* "call", "open", ... */
const char *story_text_event(unsigned kind);
/* Of EVENT_PROCESS: "start", "fork", "exec", "exit", "strict". */
const char *story_text_process(unsigned kind);
/* "connect", "accept", ... */
const char *story_text_how(unsigned how);
/* "tcp", "udp", "unix", "unix-dgram", "other" */
const char *story_text_socket(unsigned socket);
/* "us", "peer"; NULL for SIDE_NONE */
const char *story_text_side(unsigned side);
/* policy/verdict.h; NULL for CAUSE_NONE */
const char *story_text_cause(unsigned cause);
const char *story_text_method(unsigned method);
/* Of ON_DEATH: "log", "error", ... */
const char *story_text_action(unsigned action);
/* "ESTABLISHED", ... */
const char *story_text_state(unsigned state);
/* "SIGKILL", "signal 40" */
void story_text_signal(struct line *l, int signal);

#endif
