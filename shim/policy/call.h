/* SPDX-License-Identifier: MIT */
/*
 * The one door from entry/: call_begin, the real call, call_received or call_sent.  A wrapper asks
 * fdtab_plain() and tail-calls libc, or its own NAME_stream(), kept out of line so that this first
 * question needs no stack frame.  The rest is cold.  Nothing is held between begin and end: a
 * signal, a longjmp or a cancellation may leave a wrapper at any point.
 */
#ifndef PEERLESS_POLICY_CALL_H
#define PEERLESS_POLICY_CALL_H

#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "policy/opening.h"
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

enum call_kind { CALL_RECEIVES, CALL_SENDS };

struct call call_prepare(int fd);
/* A stream socket, and nothing to do but look at the result. */
static inline bool call_quiet(fdtab_word w)
{
	return (w & (FDTAB_KIND_MASK | FDTAB_ODD)) == FDTAB_STREAM;
}

static inline struct call call_begin(int fd, fdtab_word w)
{
	if (LIKELY(call_quiet(w) || w == FDTAB_PLAIN))
		return (struct call){.word = w, .fd = fd, .way = CALL_WATCH};
	return call_prepare(fd);
}

/* CALL_INSTEAD: the system call itself, or -1 with the errno of the connection's death. */
long call_instead(struct call c, long nr, long a, long b, long d, long e, long f);
/* Did the caller ask for any byte at all?  Only after the kernel has accepted the vector. */
size_t call_wanted(const struct iovec *iov, size_t n);
ssize_t call_ended_oddly(fdtab_word w, int fd, ssize_t ret, size_t asked, enum call_kind kind);
ssize_t call_sent_oddly(fdtab_word w, int fd, ssize_t ret, int flags);

/* asked: bytes wanted; 0 where a result of 0 says nothing. */
static inline ssize_t call_received(struct call c, ssize_t ret, size_t asked)
{
	if (LIKELY(ret > 0 && !(c.word & FDTAB_ODD)))
		return ret;
	return call_ended_oddly(c.word, c.fd, ret, asked, CALL_RECEIVES);
}

/* flags: the program's own, so that a MSG_NOSIGNAL that we added is known. */
static inline ssize_t call_sent(struct call c, ssize_t ret, int flags)
{
	if (LIKELY(ret >= 0 && !(c.word & FDTAB_ODD)))
		return ret;
	return call_sent_oddly(c.word, c.fd, ret, flags);
}

/* MSG_NOSIGNAL where it is ours to add. */
static inline int call_flag(struct call c)
{
	return c.word & FDTAB_STREAM ? sigpipe_flag : 0;
}

/* After connect(), with errno; after getsockopt(SO_ERROR) gave the program err. */
void call_connected(int fd, int rc, enum opening what);
void call_saw_so_error(int fd, int err);

#endif
