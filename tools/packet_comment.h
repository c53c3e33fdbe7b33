/* SPDX-License-Identifier: MIT */
/* Whose call a packet comes from: "pid 42/43 nginx fd 7 send conn 5", as a packet's comment. */
#ifndef PEERLESS_TOOLS_PACKET_COMMENT_H
#define PEERLESS_TOOLS_PACKET_COMMENT_H

#include "event.h"

#define PACKET_COMMENT_MAX 256

/*
 * what: the call, or what else happened; NULL: a number that has no word.  Of a UNIX socket the
 * name is added.  Cut to fit; bytes that are not printable are left to pcapng.h.
 */
void packet_comment(char out[PACKET_COMMENT_MAX], const struct event *e, const char *what);

#endif
