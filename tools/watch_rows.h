/* SPDX-License-Identifier: MIT */
/* The rows of a view: their order, and the figures that are made of a socket's. */
#ifndef PEERLESS_TOOLS_WATCH_ROWS_H
#define PEERLESS_TOOLS_WATCH_ROWS_H

#include <stddef.h>

#include "watch_row.h"

/* Worst first, then what has been so for longest, then by peer, pid and fd.  To be freed. */
const struct watch_row **watch_rows_sorted(const struct watch_row *rows, size_t n);

/* Is the time since the last byte known?  While the handshake lasts the kernel's is meaningless. */
bool watch_rows_has_times(const struct watch_row *r);
/* Since the last byte in either direction. */
uint32_t watch_rows_idle_ms(const struct watch_row *r);
/* Bytes that the peer has not acknowledged, sent or not. */
uint64_t watch_rows_in_flight(const struct watch_row *r);
/* "timeout" where there is a cause, else NULL. */
const char *watch_rows_cause(const struct watch_row *r);
/* How that was seen: only where there is a cause, else NULL. */
const char *watch_rows_method(const struct watch_row *r);

#endif
