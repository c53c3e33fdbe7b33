/* SPDX-License-Identifier: MIT */
/*
 * A recorded call's arguments by the names of socket(7), tcp(7), recv(2), ...: what its two free
 * members hold (record_call.def), and each as text.  Numbers that have no name are printed as such.
 */
#ifndef PEERLESS_TOOLS_CALL_TEXT_H
#define PEERLESS_TOOLS_CALL_TEXT_H

#include <stdint.h>

#include "runtime/line.h"
#include "sys/call_id.h"

/* MSG, TYPE, HOW, BITS and SPLICE: "MSG_PEEK|MSG_DONTWAIT|0x8", or "0". */
void call_text_flags(struct line *l, enum call_id call, uint32_t flags);
/* DOMAIN: "AF_INET"; CMD: "F_DUPFD". */
void call_text_domain(struct line *l, uint32_t domain);
void call_text_command(struct line *l, uint32_t command);
/* LEVEL in two: "SOL_TCP" and "TCP_NODELAY". */
void call_text_level(struct line *l, uint32_t asked);
void call_text_option(struct line *l, uint32_t asked);
/*
 * VALUE of the option that LEVEL names: "1", "ECONNRESET" of SO_ERROR, "\"cubi\"" of a text, "…" of
 * what is longer than the four bytes that are recorded.
 */
void call_text_value(struct line *l, uint32_t asked, uint32_t value);
/* "EAGAIN"; "errno 4095" where it has no name. */
void call_text_errno(struct line *l, int error);

#endif
