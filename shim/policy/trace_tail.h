/* SPDX-License-Identifier: MIT */
/* A record with something behind it: an address, bytes of the program's.  The rules are trace.h's.
 */
#ifndef PEERLESS_POLICY_TRACE_TAIL_H
#define PEERLESS_POLICY_TRACE_TAIL_H

#include <sys/uio.h>

#include "policy/trace.h"
#include "sys/errno_now.h"

/* What is to go behind a record. */
struct trace_tail {
	const struct sockaddr *addr;
	socklen_t addrlen;
	const struct iovec *iov;
	size_t count;
	size_t bytes; /* that were moved */
};

/* The word of the call's socket; what is found out or told about it first. */
fdtab_word trace_word(const struct trace *t);
/* Of a call on a socket. */
long trace_with(const struct trace *t, long ret, size_t asked, uint32_t flags,
	const struct trace_tail *tail);

static inline uint32_t trace_saturated(size_t n)
{
	return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

static inline unsigned trace_error(long ret)
{
	return ret < 0 ? (unsigned)errno_now() : 0;
}

#endif
