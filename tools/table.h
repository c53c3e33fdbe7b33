/* SPDX-License-Identifier: MIT */
/*
 * uthash as the tools use it.  Out of memory is our end, said as everywhere.  What is asked for in
 * the order in which it was added is found without hashing: the kernel dumps its sockets in the
 * same order every time, and at 10 000 of them each miss of the cache counts
 * (tests/bench/sentinel.bash).
 */
#ifndef PEERLESS_TOOLS_TABLE_H
#define PEERLESS_TOOLS_TABLE_H

#include "util.h"

#define uthash_fatal(msg) die(STATUS_OURS, "%s", msg)
#include <uthash.h>

/* *out: the entry of head whose field is *key, or NULL.  last: the one found before, or NULL. */
#define TABLE_FIND(head, last, field, key, out)                        \
	do {                                                           \
		(out) = (last) ? (last)->hh.next : (head);             \
		if (!(out) || (out)->field != *(key))                  \
			HASH_FIND(hh, head, key, sizeof(*(key)), out); \
	} while (0)

#endif
