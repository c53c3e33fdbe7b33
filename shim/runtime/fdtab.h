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

#include "runtime/fdtab_word.h"
#include "sys/compiler.h"

/* 0 until fdtab_open() and in strict mode: then every descriptor is FDTAB_OUTSIDE. */
extern HIDDEN uint32_t fdtab_limit;
extern HIDDEN _Atomic fdtab_word *fdtab_slot;

static inline fdtab_word fdtab_load(int fd)
{
	if (UNLIKELY((uint32_t)fd >= fdtab_limit))
		return FDTAB_OUTSIDE;
	return atomic_load_explicit(&fdtab_slot[fd], memory_order_relaxed);
}

/*
 * Before main, once: maps table and pool.  0 or -Exxx (then all stays OUTSIDE).  Under a filter
 * only by a system call that ld.so makes too.
 */
int fdtab_open(bool filtered);
/* A word that a fork child finds zeroed, as the table; NULL under a filter, where none is. */
uint32_t *fdtab_wiped_word(void);
/* Before mlockall(flags): gives back what no descriptor needs that may be opened now. */
void fdtab_trim(int flags);
/* From now on nothing is tracked and nothing is changed: strict mode.  And back. */
void fdtab_shut(void);
void fdtab_reopen(void);

/*
 * May this process change the table?  False in a vfork or CLONE_VM child.  A fork child takes
 * possession here.  Costs one getpid(2); ask only where state would change.
 */
bool fdtab_mine(void);
/* Is it surely another process' memory that we are in, as a vfork child? */
bool fdtab_borrowed(void);

/* The new word, and what was there.  fd must be below fdtab_limit, or nothing happens. */
fdtab_word fdtab_exchange(int fd, fdtab_word w);
/* The first word of an UNKNOWN descriptor; false where another thread was faster. */
bool fdtab_claim(int fd, fdtab_word w);
/* Sets flag bits `on` and clears `off` if the slot still belongs to w's connection. */
void fdtab_flags(int fd, fdtab_word w, uint32_t on, uint32_t off);
/* Forgets a word that turned out wrong, if it is still there. */
void fdtab_forget(int fd, fdtab_word w);
/* One past the highest descriptor ever set. */
uint32_t fdtab_top(void);

#endif
