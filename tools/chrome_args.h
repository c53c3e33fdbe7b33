/* SPDX-License-Identifier: MIT */
/* What an event of format chrome says about itself: its args, members of a JSON object. */
#ifndef PEERLESS_TOOLS_CHROME_ARGS_H
#define PEERLESS_TOOLS_CHROME_ARGS_H

#include "event.h"
#include "runtime/line.h"

/* The peer; where it is not known the local end; else "socket". */
enum { CHROME_ARGS_END_MAX = ENDPOINT_TEXT_MAX };
const char *chrome_args_ends(char out[CHROME_ARGS_END_MAX], const struct connection *c);
/* The connection's descriptor, as far as this event tells; -1: it does not. */
int chrome_args_fd(const struct event *e);

void chrome_args_call(struct line *l, const struct event *e);
/* The name of what is no call: "open", "reset", "fork"; never escaped nor in need of it. */
const char *chrome_args_instant(const struct event *e);
void chrome_args_story(struct line *l, const struct event *e);

#endif
