/* SPDX-License-Identifier: MIT */
/*
 * The one door from entry/: call_begin, the real call, and policy/result.h.  A wrapper asks
 * fdtab_plain() and tail-calls libc, or its own NAME_stream(), kept out of line so that this first
 * question needs no stack frame.  The rest is cold.  Nothing is held between begin and end: a
 * signal, a longjmp or a cancellation may leave a wrapper at any point.
 */
#ifndef PEERLESS_POLICY_CALL_H
#define PEERLESS_POLICY_CALL_H

#include <stdint.h>

#include "policy/sigpipe.h"
#include "runtime/fdtab.h"

enum call_way {
	CALL_WATCH,    /* call libc, look at the result */
	CALL_DEADLINE, /* the same, with RECV_TIMEOUT or SEND_TIMEOUT: policy/deadline.h */
	CALL_INSTEAD,  /* do not call libc: call_instead() */
};

struct call {
	fdtab_word word;
	int fd;
	uint16_t way;   /* enum call_way */
	uint16_t error; /* CALL_INSTEAD: errno to fail with; 0: libc is not resolved yet */
};

struct call call_prepare(int fd);
/* A stream socket, and nothing to do but look at the result. */
static inline bool call_quiet(fdtab_word w)
{
	return (w & (FDTAB_KIND_MASK | FDTAB_ODD)) == FDTAB_STREAM;
}

/* w, of which call_quiet() is true, in a form from which the compiler sees it too. */
static inline fdtab_word call_quiet_word(fdtab_word w)
{
	return (w & ~(fdtab_word)(FDTAB_KIND_MASK | FDTAB_ODD)) | FDTAB_STREAM;
}

static inline struct call call_begin(int fd, fdtab_word w)
{
	if (LIKELY(call_quiet(w) || w == FDTAB_PLAIN))
		return (struct call){.word = w, .fd = fd, .way = CALL_WATCH};
	return call_prepare(fd);
}

/* CALL_INSTEAD: the system call itself, or -1 with the errno of the connection's death. */
long call_instead(struct call c, long nr, long a, long b, long d, long e, long f);
/* MSG_NOSIGNAL where it is ours to add. */
static inline int call_flag(struct call c)
{
	return c.word & FDTAB_STREAM ? sigpipe_flag : 0;
}

#endif
