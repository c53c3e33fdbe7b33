/* SPDX-License-Identifier: MIT */
/*
 * send() and its kin, in the shape of read.c.  AS-safe and cancellation points, as libc's.  On a
 * stream socket MSG_NOSIGNAL is added while sigpipe_flag is set.
 */
#include <sys/socket.h>

#include "policy/deadline.h"
#include "policy/opening.h"
#include "policy/trace_moved.h"
#include "sys/copy.h"
#include "sys/real.h"

static COLD ssize_t sendto_oddly(struct call c, const void *buf, size_t len, int flags,
	const struct sockaddr *addr, socklen_t addrlen)
{
	ssize_t n;

	if (c.way == CALL_INSTEAD)
		return call_instead(
			c, SYS_sendto, (long)buf, (long)len, flags, (long)addr, addrlen);
	if (deadline_sent(&c, (struct iovec){(void *)buf, len}, flags, addr, addrlen, &n))
		return n;
	n = real_sendto(c.fd, buf, len, flags | call_flag(c), addr, addrlen);
	return result_sent(c, n, flags);
}

static ALWAYS_INLINE ssize_t send_watched(
	int fd, const void *buf, size_t len, int flags, fdtab_word w)
{
	struct call c = call_begin(fd, w);

	if (UNLIKELY(c.way != CALL_WATCH))
		return sendto_oddly(c, buf, len, flags, NULL, 0);
	return result_sent(c, real_send(fd, buf, len, flags | call_flag(c)), flags);
}

static NOINLINE ssize_t send_stream(int fd, const void *buf, size_t len, int flags, fdtab_word w)
{
	return send_watched(fd, buf, len, flags, w);
}

static COLD ssize_t send_traced_oddly(int fd, const void *buf, size_t len, int flags, fdtab_word w)
{
	struct trace t = trace_start(CALL_send, fd, w);

	return trace_kept(&t, send_stream(fd, buf, len, flags, w), len, flags, buf);
}

static NOINLINE ssize_t send_traced(int fd, const void *buf, size_t len, int flags, fdtab_word w)
{
	struct trace t;

	if (UNLIKELY(!call_quiet(w)))
		return send_traced_oddly(fd, buf, len, flags, w);
	t = trace_start(CALL_send, fd, call_quiet_word(w));
	return trace_moved(t, send_watched(fd, buf, len, flags, t.word), len, flags, buf);
}

EXPORT ssize_t send(int fd, const void *buf, size_t len, int flags)
{
	fdtab_word w = fdtab_load(fd);

	if (fdtab_plain(w) && LIKELY(!recorder_on)) /* else it may fail for that */
		return real_send(fd, buf, len, flags);
	return UNLIKELY(recorder_on) ? send_traced(fd, buf, len, flags, w)
				     : send_stream(fd, buf, len, flags, w);
}

EXPORT ssize_t __send(int fd, const void *buf, size_t len, int flags)
	__attribute__((alias("send")));

static inline ssize_t sendto_watched(int fd, const void *buf, size_t len, int flags,
	const struct sockaddr *addr, socklen_t addrlen)
{
	struct call c = call_begin(fd, fdtab_load(fd));

	if (UNLIKELY(c.way != CALL_WATCH))
		return sendto_oddly(c, buf, len, flags, addr, addrlen);
	return result_sent(
		c, real_sendto(fd, buf, len, flags | call_flag(c), addr, addrlen), flags);
}

static NOINLINE ssize_t sendto_stream(int fd, const void *buf, size_t len, int flags,
	const struct sockaddr *addr, socklen_t addrlen)
{
	struct trace t;

	if (LIKELY(!recorder_on))
		return sendto_watched(fd, buf, len, flags, addr, addrlen);
	t = trace_start(CALL_sendto, fd, fdtab_load(fd));
	return trace_moved_to(&t, sendto_watched(fd, buf, len, flags, addr, addrlen),
		(struct iovec){(void *)buf, len}, flags, addr, addrlen);
}

EXPORT ssize_t sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr *addr,
	socklen_t addrlen)
{
	fdtab_word w;

	if (UNLIKELY(flags & MSG_FASTOPEN)) /* connects as well */
		opening_connecting(fd, addr, addrlen);
	w = fdtab_load(fd);
	return fdtab_plain(w) && LIKELY(!recorder_on)
		       ? real_sendto(fd, buf, len, flags, addr, addrlen)
		       : sendto_stream(fd, buf, len, flags, addr, addrlen);
}

static COLD void sendmsg_connecting(int fd, const struct msghdr *msg)
{
	struct msghdr copy;

	if (fdtab_kind(fdtab_load(fd)) != FDTAB_OUTSIDE &&
		copy_from_program(&copy, msg, sizeof(copy)))
		opening_connecting(fd, copy.msg_name, copy.msg_namelen);
}

static COLD ssize_t sendmsg_oddly(struct call c, const struct msghdr *msg, int flags)
{
	struct deadline_io io = {.kind = RESULT_SENT, .flags = flags, .msg = (struct msghdr *)msg};
	struct msghdr copy;
	ssize_t n;

	if (c.way == CALL_INSTEAD)
		return call_instead(c, SYS_sendmsg, (long)msg, flags, 0, 0, 0);
	if (copy_from_program(&copy, msg, sizeof(copy)))
		io.len = deadline_length(copy.msg_iov, copy.msg_iovlen);
	if (deadline_call(&c, &io, &n))
		return n;
	return result_sent(c, real_sendmsg(c.fd, msg, flags | call_flag(c)), flags);
}

static inline ssize_t sendmsg_watched(int fd, const struct msghdr *msg, int flags, fdtab_word w)
{
	struct call c = call_begin(fd, w);

	if (UNLIKELY(c.way != CALL_WATCH))
		return sendmsg_oddly(c, msg, flags);
	return result_sent(c, real_sendmsg(fd, msg, flags | call_flag(c)), flags);
}

static NOINLINE ssize_t sendmsg_stream(int fd, const struct msghdr *msg, int flags, fdtab_word w)
{
	struct trace t;

	if (LIKELY(!recorder_on))
		return sendmsg_watched(fd, msg, flags, w);
	t = trace_start(CALL_sendmsg, fd, w);
	return trace_message(&t, sendmsg_watched(fd, msg, flags, w), flags, msg);
}

EXPORT ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	fdtab_word w;

	if (UNLIKELY(flags & MSG_FASTOPEN))
		sendmsg_connecting(fd, msg);
	w = fdtab_load(fd);
	return fdtab_plain(w) && LIKELY(!recorder_on) ? real_sendmsg(fd, msg, flags)
						      : sendmsg_stream(fd, msg, flags, w);
}

static inline int sendmmsg_watched(int fd, struct mmsghdr *vec, unsigned n, int flags, fdtab_word w)
{
	struct call c = call_begin(fd, w);

	if (UNLIKELY(c.way == CALL_INSTEAD))
		return (int)call_instead(c, SYS_sendmmsg, (long)vec, n, flags, 0, 0);
	return result_messages(
		c, real_sendmmsg(fd, vec, n, flags | call_flag(c)), vec, flags, RESULT_SENT);
}

static NOINLINE int sendmmsg_stream(
	int fd, struct mmsghdr *vec, unsigned n, int flags, fdtab_word w)
{
	struct trace t;

	if (LIKELY(!recorder_on))
		return sendmmsg_watched(fd, vec, n, flags, w);
	t = trace_start(CALL_sendmmsg, fd, w);
	return (int)trace_messages(&t, sendmmsg_watched(fd, vec, n, flags, w), flags, vec);
}

EXPORT int sendmmsg(int fd, struct mmsghdr *vec, unsigned n, int flags)
{
	fdtab_word w = fdtab_load(fd);

	return fdtab_plain(w) && LIKELY(!recorder_on) ? real_sendmmsg(fd, vec, n, flags)
						      : sendmmsg_stream(fd, vec, n, flags, w);
}
