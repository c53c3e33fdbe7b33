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

/* Before a call that closes fd: what is no socket yet will not become one, but its number may. */
static inline struct trace trace_begin_closing(enum call_id call, int fd)
{
	struct trace t = trace_begin(call, fd);

	return fdtab_is_socket(t.word) ? t : (struct trace){0};
}

/*
 * Of a call on a socket; on what is none it is recorded only if it failed for that, and is for
 * sockets alone: no read(), write() or close().
 */
long trace_ended(const struct trace *t, long ret, size_t asked, uint32_t flags);
/* The same with the bytes that it moved: ret of them lie at buf. */
long trace_kept(const struct trace *t, long ret, size_t asked, int flags, const void *buf);

/* In a vector; msg: with the address that it named or was told. */
long trace_gathered(const struct trace *t, long ret, int flags, const struct iovec *iov, size_t n);
long trace_message(const struct trace *t, long ret, int flags, const struct msghdr *msg);
/* Of recvmmsg and sendmmsg. */
long trace_messages(const struct trace *t, long ret, int flags, const struct mmsghdr *vec);
/* Of connect, sendto and recvfrom: where it went, or came from. */
long trace_to(const struct trace *t, long ret, const struct sockaddr *addr, socklen_t len);
long trace_moved_to(const struct trace *t, long ret, struct iovec asked, int flags,
	const struct sockaddr *addr, socklen_t len);
/*
 * Of a call that gave out descriptor `made`, or failed to: its connection's, not fd's.  Asks for
 * t->start itself.
 */
long trace_made(const struct trace *t, int made, long ret, size_t asked, uint32_t flags);
/* Of the wait family, in processes that have a socket. */
long trace_waited(const struct trace *t, long ret, size_t asked, uint32_t ms);

static inline long trace_end(const struct trace *t, long ret, size_t asked, uint32_t flags)
{
	return LIKELY(!t->start) ? ret : trace_ended(t, ret, asked, flags);
}

#endif
