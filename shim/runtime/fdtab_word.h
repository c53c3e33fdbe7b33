/* SPDX-License-Identifier: MIT */
/* One word of the descriptor table: kind, flags, and which connection. */
#ifndef PEERLESS_RUNTIME_FDTAB_WORD_H
#define PEERLESS_RUNTIME_FDTAB_WORD_H

#include <stdbool.h>
#include <stdint.h>

/* Bits 0-3 of a word. */
enum fdtab_kind {
	FDTAB_UNKNOWN = 0, /* not looked at yet; also every wiped word */
	FDTAB_PLAIN = 1,   /* no TCP or UNIX stream socket: none of our business */
	FDTAB_STREAM = 2,
	FDTAB_OUTSIDE = 4, /* not in the table: before the constructor, inert, strict, too high */
	FDTAB_OTHER = 8,   /* another socket of a network, where calls are recorded; else PLAIN */
};

/* Bits 4-15, of a FDTAB_STREAM.  Those of FDTAB_ODD send a call down the long way. */
#define FDTAB_TCP        (1u << 4)
#define FDTAB_LISTENER   (1u << 5)  /* seen at listen(): what it accepts inherits our options */
#define FDTAB_FRESH      (1u << 6)  /* made by socket(), not connected as far as we saw */
#define FDTAB_CONNECTING (1u << 7)  /* connect() has not ended yet */
#define FDTAB_DEADLINE   (1u << 8)  /* RECV_TIMEOUT or SEND_TIMEOUT */
#define FDTAB_CONDEMNED  (1u << 9)  /* ON_DEATH=error: every further call fails */
#define FDTAB_COUNTED    (1u << 10) /* bytes are added up here, not by the kernel */
#define FDTAB_ODD \
	(FDTAB_FRESH | FDTAB_CONNECTING | FDTAB_DEADLINE | FDTAB_CONDEMNED | FDTAB_COUNTED)
#define FDTAB_KIND_MASK 15u

typedef uint64_t fdtab_word; /* kind and flags; bits 16-39 connection index; 40-63 its generation */

static inline enum fdtab_kind fdtab_kind(fdtab_word w)
{
	return w & FDTAB_KIND_MASK;
}

/* The first question of every data call. */
static inline bool fdtab_plain(fdtab_word w)
{
	return w & FDTAB_PLAIN;
}

/* Has it a connection in the pool, if that had room? */
static inline bool fdtab_is_socket(fdtab_word w)
{
	return w & (FDTAB_STREAM | FDTAB_OTHER);
}

static inline uint32_t fdtab_conn(fdtab_word w)
{
	return w >> 16 & 0xffffff;
}

static inline uint32_t fdtab_generation(fdtab_word w)
{
	return w >> 40;
}

static inline uint32_t fdtab_flags_of(fdtab_word w)
{
	return (uint32_t)w & 0xfff0u;
}

static inline fdtab_word fdtab_make(uint32_t flags, uint32_t conn, uint32_t generation)
{
	return FDTAB_STREAM | flags | (fdtab_word)conn << 16 | (fdtab_word)generation << 40;
}

#endif
