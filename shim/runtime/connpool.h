/* SPDX-License-Identifier: MIT */
/*
 * Storage for what a connection needs remembered.  A fixed pool in fdtab's mapping: lock-free,
 * AS-safe, never unmapped, so a stale index reads an old or another connection, never bad memory;
 * connpool_get() tells the difference by the generation.  When the pool is used up, sockets go on
 * with connection 0: armed and safe, but without a story.
 */
#ifndef PEERLESS_RUNTIME_CONNPOOL_H
#define PEERLESS_RUNTIME_CONNPOOL_H

#include <stdatomic.h>
#include <stdint.h>

#include "runtime/conn_how.h"
#include "runtime/fdtab.h"
#include "sys/endpoint.h"
#include "sys/sockopt.h"

/* Bits of conn.told: what was reported, each once a connection; EOF: to the program, by read(). */
enum { TOLD_DEATH = 1, TOLD_SAVE = 2, TOLD_DEADLINE = 4, TOLD_OPEN = 8, TOLD_STORY = 16 };
enum { TOLD_EOF = 32 };

struct conn {
	_Atomic uint32_t generation; /* 24 bits; changes when the connection ends */
	_Atomic uint32_t holders;    /* descriptors that refer to it */
	uint32_t next_free;
	uint8_t how;       /* enum conn_how */
	uint8_t closed_by; /* enum conn_side: who ended its sending first */
	_Atomic uint8_t told;
	uint8_t shut_write, shut_read; /* by this side: EPIPE, an end of stream are no death */
	uint16_t rule;                 /* 1 + index of its rule; 0: none */
	uint16_t dead_errno;           /* FDTAB_CONDEMNED: what its calls fail with */
	uint8_t opener;        /* enum conn_side: who called connect(), where `how` does not tell */
	uint8_t unseen;        /* not made here: what was done to it before is not known */
	uint8_t fin_seen;      /* the peer's end of stream reached us */
	uint8_t dead_once;     /* only the next one */
	_Atomic uint8_t ready; /* enum method of the wait that told of an error; 0: none did */
	uint64_t cookie;       /* SO_COOKIE; 0: not asked yet */
	uint64_t opened_ms;    /* CLOCK_MONOTONIC_COARSE */
	struct endpoint peer;
	struct sockopt_set chosen;            /* options the program set itself */
	_Atomic uint64_t bytes_in, bytes_out; /* FDTAB_COUNTED only */
	_Atomic uint32_t watched;             /* 1 + errors_told when first in an epoll set; or 0 */
};
_Static_assert(sizeof(struct conn) <= 128, "two cache lines");

/* Part of fdtab's mapping; all zero in a fork child. */
struct connpool {
	_Atomic uint64_t free; /* index of the first free one, and a counter in the high half */
	_Atomic uint32_t used; /* entries ever handed out */
	uint32_t size;         /* set by fdtab_open, and again by a fork child */
	_Atomic uint32_t errors_told; /* by epoll_wait(), of what was in a set before */
	_Atomic bool watched_since;   /* was a connection put into a set after the last of them? */
	struct conn conn[];
};

/* A new connection with one holder, its fields zero, as the connection bits of a word; 0: full. */
fdtab_word connpool_take(uint32_t flags);
/* The connection of a word; NULL where it has none or the word is stale. */
struct conn *connpool_get(fdtab_word w);
/* What a recording calls it: the word's own bits for it. */
uint64_t connpool_key(const struct conn *c);
/* One more descriptor refers to it; false where it has ended. */
bool connpool_hold(fdtab_word w);
/* One less.  1 where that was the last, and the caller then calls connpool_free(). */
int connpool_drop(fdtab_word w);
void connpool_free(fdtab_word w);
/* epoll tells of an error, but not of which connection.  c is in a set from now on: */
void connpool_watch(struct conn *c);
/* It told of one.  Not before fdtab_open(). */
void connpool_note_error(void);
bool connpool_error_noted(const struct conn *c); /* since c is in a set */

/* fdtab's own business. */
uint64_t connpool_bytes(uint32_t count);
void connpool_place(void *memory, uint32_t count);
/* Fewer, while no other thread runs.  False if too many were in use already. */
bool connpool_trim(uint64_t count);

#endif
