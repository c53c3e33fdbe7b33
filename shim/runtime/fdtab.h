/* SPDX-License-Identifier: MIT */
/*
 * What we know of each descriptor: one atomic 64-bit word a descriptor, in a flat array.
 *
 * The array and the connection pool (runtime/connpool.h) share one mapping that a fork child finds
 * wiped, so it starts with every descriptor UNKNOWN.  A vfork or CLONE_VM child sees the parent's
 * own pages: it may look, but fdtab_mine() tells it to change nothing.
 * A word is a hint.  Descriptors change hands in ways no shim sees, so before acting on a socket
 * its SO_COOKIE is compared (conn_verified, policy/conn.h).
 * All functions are AS-safe; none allocates or locks.
 */
#ifndef PEERLESS_RUNTIME_FDTAB_H
#define PEERLESS_RUNTIME_FDTAB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "sys/compiler.h"

/* Bits 0-2 of a word. */
enum fdtab_kind {
	FDTAB_UNKNOWN = 0, /* not looked at yet; also every wiped word */
	FDTAB_PLAIN = 1,   /* no TCP or UNIX stream socket: none of our business */
	FDTAB_STREAM = 2,
	FDTAB_OUTSIDE = 4, /* not in the table: before the constructor, inert, strict, too high */
};

/* Bits 3-15, of a FDTAB_STREAM.  Those of FDTAB_ODD send a call down the long way. */
#define FDTAB_TCP        (1u << 3)
#define FDTAB_LISTENER   (1u << 4) /* seen at listen(): what it accepts inherits our options */
#define FDTAB_FRESH      (1u << 5) /* made by socket(), not connected as far as we saw */
#define FDTAB_CONNECTING (1u << 6) /* connect() has not ended yet */
#define FDTAB_DEADLINE   (1u << 7) /* RECV_TIMEOUT or SEND_TIMEOUT */
#define FDTAB_CONDEMNED  (1u << 8) /* ON_DEATH=error: every further call fails */
#define FDTAB_COUNTED    (1u << 9) /* bytes are added up here, not by the kernel */
#define FDTAB_ODD \
	(FDTAB_FRESH | FDTAB_CONNECTING | FDTAB_DEADLINE | FDTAB_CONDEMNED | FDTAB_COUNTED)
#define FDTAB_KIND_MASK 7u

typedef uint64_t fdtab_word; /* kind and flags; bits 16-39 connection index; 40-63 its generation */

/* 0 until fdtab_open() and in strict mode: then every descriptor is FDTAB_OUTSIDE. */
extern HIDDEN uint32_t fdtab_limit;
extern HIDDEN _Atomic fdtab_word *fdtab_slot;

static inline fdtab_word fdtab_load(int fd)
{
	if (UNLIKELY((uint32_t)fd >= fdtab_limit))
		return FDTAB_OUTSIDE;
	return atomic_load_explicit(&fdtab_slot[fd], memory_order_relaxed);
}

static inline enum fdtab_kind fdtab_kind(fdtab_word w)
{
	return w & FDTAB_KIND_MASK;
}

/* The first question of every data call. */
static inline bool fdtab_plain(fdtab_word w)
{
	return w & FDTAB_PLAIN;
}

static inline uint32_t fdtab_conn(fdtab_word w)
{
	return w >> 16 & 0xffffff;
}

static inline uint32_t fdtab_generation(fdtab_word w)
{
	return w >> 40;
}

static inline fdtab_word fdtab_make(uint32_t flags, uint32_t conn, uint32_t generation)
{
	return FDTAB_STREAM | flags | (fdtab_word)conn << 16 | (fdtab_word)generation << 40;
}

/* Before main, once: maps table and pool.  0 or -Exxx (then all stays OUTSIDE). */
int fdtab_open(void);
/* From now on nothing is tracked and nothing is changed: strict mode.  And back. */
void fdtab_shut(void);
void fdtab_reopen(void);

/*
 * May this process change the table?  False in a vfork or CLONE_VM child.  A fork child takes
 * possession here.  Costs one getpid(2); ask only where state would change.
 */
bool fdtab_mine(void);

/* The new word, and what was there.  fd must be below fdtab_limit, or nothing happens. */
fdtab_word fdtab_exchange(int fd, fdtab_word w);
/* Sets flag bits `on` and clears `off` if the slot still belongs to w's connection. */
void fdtab_flags(int fd, fdtab_word w, uint32_t on, uint32_t off);
/* Forgets a word that turned out wrong, if it is still there. */
void fdtab_forget(int fd, fdtab_word w);
/* One past the highest descriptor ever set. */
uint32_t fdtab_top(void);

#endif
