/* SPDX-License-Identifier: MIT */
/*
 * recv() and its kin.  AS-safe and cancellation points, as libc's.  New errno as in read.c, whose
 * shape these have.
 */
#include <sys/socket.h>

#include "policy/conn.h"
#include "policy/deadline.h"
#include "policy/trace_moved.h"
#include "sys/copy.h"
#include "sys/real.h"

static COLD ssize_t recvfrom_oddly(
	struct call c, void *buf, size_t len, int flags, struct sockaddr *addr, socklen_t *addrlen)
{
	ssize_t got;

	if (c.way == CALL_INSTEAD)
		return call_instead(
			c, SYS_recvfrom, (long)buf, (long)len, flags, (long)addr, (long)addrlen);
	if (deadline_received(&c, (struct iovec){buf, len}, flags, addr, addrlen, &got))
		return got;
	return result_received(c, real_recvfrom(c.fd, buf, len, flags, addr, addrlen), len, flags);
}

static ALWAYS_INLINE ssize_t recv_watched(int fd, void *buf, size_t len, int flags, fdtab_word w)
{
	struct call c = call_begin(fd, w);

	if (UNLIKELY(c.way != CALL_WATCH))
		return recvfrom_oddly(c, buf, len, flags, NULL, NULL);
	return result_received(c, real_recv(fd, buf, len, flags), len, flags);
}

static NOINLINE ssize_t recv_stream(int fd, void *buf, size_t len, int flags, fdtab_word w)
{
	return recv_watched(fd, buf, len, flags, w);
}

static COLD ssize_t recv_traced_oddly(int fd, void *buf, size_t len, int flags, fdtab_word w)
{
	struct trace t = trace_start(CALL_recv, fd, w);

	return trace_kept(&t, recv_stream(fd, buf, len, flags, w), len, flags, buf);
}

static NOINLINE ssize_t recv_traced(int fd, void *buf, size_t len, int flags, fdtab_word w)
{
	struct trace t;

	if (UNLIKELY(!call_quiet(w)))
		return recv_traced_oddly(fd, buf, len, flags, w);
	t = trace_start(CALL_recv, fd, call_quiet_word(w));
	return trace_moved(t, recv_watched(fd, buf, len, flags, t.word), len, flags, buf);
}

EXPORT ssize_t recv(int fd, void *buf, size_t len, int flags)
{
	fdtab_word w = fdtab_load(fd);

	if (fdtab_plain(w) && LIKELY(!recorder_on)) /* else it may fail for that */
		return real_recv(fd, buf, len, flags);
	return UNLIKELY(recorder_on) ? recv_traced(fd, buf, len, flags, w)
				     : recv_stream(fd, buf, len, flags, w);
}

static inline ssize_t recv_chk_watched(int fd, void *buf, size_t len, size_t buflen, int flags)
{
	struct call c = call_begin(fd, fdtab_load(fd));

	if (UNLIKELY(c.way != CALL_WATCH && len <= buflen))
		return recvfrom_oddly(c, buf, len, flags, NULL, NULL);
	return result_received(c, real___recv_chk(fd, buf, len, buflen, flags), len, flags);
}

EXPORT ssize_t __recv_chk(int fd, void *buf, size_t len, size_t buflen, int flags)
{
	struct trace t;

	if (LIKELY(!recorder_on))
		return recv_chk_watched(fd, buf, len, buflen, flags);
	t = trace_start(CALL_recv, fd, fdtab_load(fd));
	return trace_moved(t, recv_chk_watched(fd, buf, len, buflen, flags), len, flags, buf);
}

static inline ssize_t recvfrom_watched(
	int fd, void *buf, size_t len, int flags, struct sockaddr *addr, socklen_t *addrlen)
{
	struct call c = call_begin(fd, fdtab_load(fd));

	if (UNLIKELY(c.way != CALL_WATCH))
		return recvfrom_oddly(c, buf, len, flags, addr, addrlen);
	return result_received(c, real_recvfrom(fd, buf, len, flags, addr, addrlen), len, flags);
}

/* The address is there where the call went well and somebody asked for it. */
static ssize_t told_from(const struct trace *t, ssize_t n, struct iovec asked, int flags,
	const struct sockaddr *addr, const socklen_t *addrlen)
{
	return trace_moved_to(t, n, asked, flags, addr, addr && addrlen && n >= 0 ? *addrlen : 0);
}

static NOINLINE ssize_t recvfrom_stream(
	int fd, void *buf, size_t len, int flags, struct sockaddr *addr, socklen_t *addrlen)
{
	struct trace t;

	if (LIKELY(!recorder_on))
		return recvfrom_watched(fd, buf, len, flags, addr, addrlen);
	t = trace_start(CALL_recvfrom, fd, fdtab_load(fd));
	return told_from(&t, recvfrom_watched(fd, buf, len, flags, addr, addrlen),
		(struct iovec){buf, len}, flags, addr, addrlen);
}

EXPORT ssize_t recvfrom(
	int fd, void *buf, size_t len, int flags, struct sockaddr *addr, socklen_t *addrlen)
{
	fdtab_word w = fdtab_load(fd);

	return fdtab_plain(w) && LIKELY(!recorder_on)
		       ? real_recvfrom(fd, buf, len, flags, addr, addrlen)
		       : recvfrom_stream(fd, buf, len, flags, addr, addrlen);
}

static inline ssize_t recvfrom_chk_watched(int fd, void *buf, size_t len, size_t buflen, int flags,
	struct sockaddr *addr, socklen_t *addrlen)
{
	struct call c = call_begin(fd, fdtab_load(fd));

	if (UNLIKELY(c.way != CALL_WATCH && len <= buflen))
		return recvfrom_oddly(c, buf, len, flags, addr, addrlen);
	return result_received(
		c, real___recvfrom_chk(fd, buf, len, buflen, flags, addr, addrlen), len, flags);
}

EXPORT ssize_t __recvfrom_chk(int fd, void *buf, size_t len, size_t buflen, int flags,
	struct sockaddr *addr, socklen_t *addrlen)
{
	struct trace t;

	if (LIKELY(!recorder_on))
		return recvfrom_chk_watched(fd, buf, len, buflen, flags, addr, addrlen);
	t = trace_start(CALL_recvfrom, fd, fdtab_load(fd));
	return told_from(&t, recvfrom_chk_watched(fd, buf, len, buflen, flags, addr, addrlen),
		(struct iovec){buf, len}, flags, addr, addrlen);
}

static inline ssize_t recvmsg_plainly(struct call c, struct msghdr *msg, int flags)
{
	ssize_t got = real_recvmsg(c.fd, msg, flags);

	return result_received(
		c, got, got == 0 ? result_wanted(msg->msg_iov, msg->msg_iovlen) : 1, flags);
}

static COLD ssize_t recvmsg_oddly(struct call c, struct msghdr *msg, int flags)
{
	struct deadline_io io = {.kind = RESULT_RECEIVED, .flags = flags, .msg = msg};
	struct msghdr copy;
	ssize_t got;

	if (c.way == CALL_INSTEAD)
		return call_instead(c, SYS_recvmsg, (long)msg, flags, 0, 0, 0);
	if (copy_from_program(&copy, msg, sizeof(copy)))
		io.len = deadline_length(copy.msg_iov, copy.msg_iovlen);
	return deadline_call(&c, &io, &got) ? got : recvmsg_plainly(c, msg, flags);
}

static inline ssize_t recvmsg_watched(int fd, struct msghdr *msg, int flags)
{
	struct call c = call_begin(fd, fdtab_load(fd));
	ssize_t n;

	if (UNLIKELY(c.way != CALL_WATCH))
		n = recvmsg_oddly(c, msg, flags);
	else
		n = real_recvmsg(fd, msg, flags);
	if (n >= 0 && msg->msg_controllen)
		conn_received(msg);
	if (c.way != CALL_WATCH)
		return n;
	return result_received(
		c, n, n == 0 ? result_wanted(msg->msg_iov, msg->msg_iovlen) : 1, flags);
}

EXPORT ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	struct trace t;

	if (LIKELY(!recorder_on))
		return recvmsg_watched(fd, msg, flags);
	t = trace_start(CALL_recvmsg, fd, fdtab_load(fd));
	return trace_message(&t, recvmsg_watched(fd, msg, flags), flags, msg);
}

static inline int recvmmsg_watched(
	int fd, struct mmsghdr *vec, unsigned n, int flags, struct timespec *timeout)
{
	struct call c = call_begin(fd, fdtab_load(fd));
	int got;

	if (UNLIKELY(c.way == CALL_INSTEAD))
		return (int)call_instead(c, SYS_recvmmsg, (long)vec, n, flags, (long)timeout, 0);
	got = real_recvmmsg(fd, vec, n, flags, timeout);
	for (int i = 0; i < got; i++)
		if (vec[i].msg_hdr.msg_controllen)
			conn_received(&vec[i].msg_hdr);
	return result_messages(c, got, vec, flags, RESULT_RECEIVED);
}

EXPORT int recvmmsg(int fd, struct mmsghdr *vec, unsigned n, int flags, struct timespec *timeout)
{
	struct trace t;

	if (LIKELY(!recorder_on))
		return recvmmsg_watched(fd, vec, n, flags, timeout);
	t = trace_start(CALL_recvmmsg, fd, fdtab_load(fd));
	return (int)trace_messages(&t, recvmmsg_watched(fd, vec, n, flags, timeout), flags, vec);
}
