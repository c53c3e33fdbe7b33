/* SPDX-License-Identifier: MIT */
/*
 * One call in the recording: trace_begin, the call and all that policies do about it, trace_end.
 * Between the two nothing is held: a call that is left by longjmp or cancellation leaves no record.
 * What asked and flags mean for each call stands in record_call.def.  All keep errno, return ret,
 * are AS-safe, and make no system call.
 */
#ifndef PEERLESS_POLICY_TRACE_H
#define PEERLESS_POLICY_TRACE_H

#include <sys/socket.h>

#include "runtime/fdtab.h"
#include "runtime/recorder.h"
#include "sys/call_id.h"
#include "sys/compiler.h"

struct trace {
	int64_t start; /* 0: nothing is recorded */
	fdtab_word word;
	int fd;
	uint32_t call; /* enum call_id */
};

/* A record without its head. */
static inline void trace_fill(
	struct record *r, struct trace t, long ret, uint32_t asked, uint32_t flags)
{
	r->start_ns = t.start;
	r->conn = t.word >> 16;
	r->fd = t.fd;
	r->ret = (int32_t)ret;
	r->asked = asked;
	r->flags = flags;
}

/* Where it is known that recorder_on. */
static inline struct trace trace_start(enum call_id call, int fd, fdtab_word w)
{
	return (struct trace){recorder_now(), w, fd, call};
}

static inline struct trace trace_begin(enum call_id call, int fd)
{
	if (LIKELY(!recorder_on))
		return (struct trace){0};
	return trace_start(call, fd, fdtab_load(fd));
}

/* Of a call on a socket; what is none is not recorded. */
long trace_ended(const struct trace *t, long ret, size_t asked, uint32_t flags);
/* The same with the bytes that it moved: ret of them lie at buf. */
long trace_kept(const struct trace *t, long ret, size_t asked, int flags, const void *buf);

/* The usual case of that, in one piece, and in registers: bytes moved that are not kept. */
static ALWAYS_INLINE long trace_moved(
	struct trace t, long ret, size_t asked, int flags, const void *buf)
{
	struct recorder_room room = {NULL, NULL};
	struct trace unusual;

	if (((uint64_t)ret | asked) <= UINT32_MAX && fdtab_kind(t.word) == FDTAB_STREAM &&
		recorder_is_stamped())
		room = recorder_reserve_here(sizeof(struct record));
	if (UNLIKELY(!room.chunk)) {
		unusual = t;
		return trace_kept(&unusual, ret, asked, flags, buf);
	}
	trace_fill(room.record, t, ret, (uint32_t)asked, (uint32_t)flags);
	room.record->end_ns = recorder_now();
	recorder_commit(room, record_head(sizeof(struct record), RECORD_CALL, t.call, 0, 0));
	return ret;
}

/* In a vector; msg: with the address that it named or was told. */
long trace_gathered(const struct trace *t, long ret, int flags, const struct iovec *iov, size_t n);
long trace_message(const struct trace *t, long ret, int flags, const struct msghdr *msg);
/* Of recvmmsg and sendmmsg. */
long trace_messages(const struct trace *t, long ret, int flags, const struct mmsghdr *vec);
/* Of connect, sendto and recvfrom: where it went, or came from. */
long trace_to(const struct trace *t, long ret, const struct sockaddr *addr, socklen_t len);
long trace_moved_to(const struct trace *t, long ret, struct iovec asked, int flags,
	const struct sockaddr *addr, socklen_t len);
/* Of a call that gave out descriptor `made`: its connection's, not fd's.  Asks for t->start itself.
 */
long trace_made(const struct trace *t, int made, long ret, size_t asked, uint32_t flags);
/* Of the wait family, in processes that have a socket. */
long trace_waited(const struct trace *t, long ret, size_t asked, uint32_t ms);

static inline long trace_end(const struct trace *t, long ret, size_t asked, uint32_t flags)
{
	return LIKELY(!t->start) ? ret : trace_ended(t, ret, asked, flags);
}

#endif
