/* SPDX-License-Identifier: MIT */
/*
 * Calls that send.  AS-safe and cancellation points, as libc's.  On a stream socket, while
 * sigpipe_flag is set, write becomes send and writev sendmsg with MSG_NOSIGNAL: the same bytes,
 * the same results, no signal, and a little faster (KERNEL.md 10).
 */
#include <errno.h>
#include <limits.h>
#include <sys/socket.h>

#include "policy/conn.h"
#include "policy/deadline.h"
#include "policy/failfast.h"
#include "policy/opening.h"
#include "sys/copy.h"
#include "sys/errno_now.h"
#include "sys/real.h"

/* What a call moves at most.  Of more, write() checks all addresses first, send() only so many. */
#define WRITE_MAX 0x7ffff000u

/* sendto() by SEND_TIMEOUT, or what is the same for a socket. */
static COLD bool sent_by(struct call *c, struct iovec iov, int flags, const struct sockaddr *addr,
	socklen_t addrlen, ssize_t *ret)
{
	struct msghdr msg = {.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_name = (struct sockaddr *)addr,
		.msg_namelen = addrlen};
	struct deadline_io io = {RESULT_SENT, flags, iov.iov_len, &msg, NULL, false};

	return deadline_call(c, &io, ret);
}

/* The send in write's place has ended; before: errno then. */
static COLD ssize_t write_sent(struct call c, int before, ssize_t n, const void *buf, size_t len)
{
	if (n >= 0 || errno != ENOTSOCK)
		return result_sent(c, n, 0);
	conn_closing(c.fd); /* given to a file or a pipe behind our back: the plain call */
	errno = before;
	return real_write(c.fd, buf, len);
}

/* All but the common case: the first use, an option, a program that has its SIGPIPE in hand. */
static COLD ssize_t write_oddly(int fd, const void *buf, size_t len, fdtab_word w)
{
	struct call c = call_begin(fd, w);
	int before = errno_now();
	ssize_t n;

	if (c.way == CALL_INSTEAD)
		return call_instead(c, SYS_write, (long)buf, (long)len, 0, 0, 0);
	if (c.way == CALL_DEADLINE && sent_by(&c, (struct iovec){(void *)buf, len}, 0, NULL, 0, &n))
		return n;
	if (call_flag(c) && len <= WRITE_MAX)
		return write_sent(c, before, real_send(fd, buf, len, call_flag(c)), buf, len);
	return result_sent(c, real_write(fd, buf, len), 0);
}

static NOINLINE ssize_t write_stream(int fd, const void *buf, size_t len, fdtab_word w)
{
	int flag = sigpipe_flag, before;
	ssize_t n;

	if (UNLIKELY(!call_quiet(w) || !flag || len > WRITE_MAX))
		return write_oddly(fd, buf, len, w);
	before = errno_now();
	n = real_send(fd, buf, len, flag);
	if (LIKELY(n >= 0))
		return n;
	return write_sent((struct call){.word = w, .fd = fd}, before, n, buf, len);
}

EXPORT ssize_t write(int fd, const void *buf, size_t len)
{
	fdtab_word w = fdtab_load(fd);

	return fdtab_plain(w) ? real_write(fd, buf, len) : write_stream(fd, buf, len, w);
}

EXPORT ssize_t __write(int fd, const void *buf, size_t len) __attribute__((alias("write")));

/* The sendmsg in writev's place has failed.  A writev of nothing: no error taken, no signal. */
static COLD ssize_t writev_failed(struct call c, int before, const struct iovec *iov, int n)
{
	bool nothing;

	if (errno == ENOTSOCK) {
		conn_closing(c.fd);
		errno = before;
		return real_writev(c.fd, iov, n);
	}
	nothing = errno != EFAULT && !result_wanted(iov, (size_t)n);
	result_sent(c, -1, nothing ? MSG_NOSIGNAL : 0);
	if (!nothing)
		return -1;
	failfast_used_up(c.word, errno);
	errno = before;
	return 0;
}

static COLD ssize_t writev_instead(struct call c, const struct iovec *iov, int n)
{
	if (c.error &&
		!deadline_length(iov, (size_t)n)) /* of nothing: that succeeds on a dead one */
		return real_writev(c.fd, iov, n);
	return call_instead(c, SYS_writev, (long)iov, n, 0, 0, 0);
}

static COLD bool writev_by(struct call c, const struct iovec *iov, int n, ssize_t *ret)
{
	struct msghdr msg = {.msg_iov = (struct iovec *)iov, .msg_iovlen = (size_t)n};
	struct deadline_io io = {.kind = RESULT_SENT, .msg = &msg};

	io.len = deadline_length(iov, (size_t)n);
	return deadline_call(&c, &io, ret);
}

static NOINLINE ssize_t writev_stream(int fd, const struct iovec *iov, int n, fdtab_word w)
{
	struct call c = call_begin(fd, w);
	struct msghdr msg = {.msg_iov = (struct iovec *)iov, .msg_iovlen = (size_t)n};
	int before = errno_now();
	ssize_t ret;

	if (UNLIKELY(c.way == CALL_INSTEAD))
		return writev_instead(c, iov, n);
	if (UNLIKELY(c.way == CALL_DEADLINE && writev_by(c, iov, n, &ret)))
		return ret;
	if (UNLIKELY(!call_flag(c) || n <= 0 || n > IOV_MAX)) /* EINVAL there, EMSGSIZE here */
		return result_sent(c, real_writev(fd, iov, n), 0);
	ret = real_sendmsg(fd, &msg, call_flag(c));
	if (UNLIKELY(ret < 0))
		return writev_failed(c, before, iov, n);
	return result_sent(c, ret, 0);
}

EXPORT ssize_t writev(int fd, const struct iovec *iov, int n)
{
	fdtab_word w = fdtab_load(fd);

	return fdtab_plain(w) ? real_writev(fd, iov, n) : writev_stream(fd, iov, n, w);
}

static COLD ssize_t sendto_oddly(struct call c, const void *buf, size_t len, int flags,
	const struct sockaddr *addr, socklen_t addrlen)
{
	ssize_t n;

	if (c.way == CALL_INSTEAD)
		return call_instead(
			c, SYS_sendto, (long)buf, (long)len, flags, (long)addr, addrlen);
	if (sent_by(&c, (struct iovec){(void *)buf, len}, flags, addr, addrlen, &n))
		return n;
	n = real_sendto(c.fd, buf, len, flags | call_flag(c), addr, addrlen);
	return result_sent(c, n, flags);
}

static NOINLINE ssize_t send_stream(int fd, const void *buf, size_t len, int flags, fdtab_word w)
{
	struct call c = call_begin(fd, w);

	if (UNLIKELY(c.way != CALL_WATCH))
		return sendto_oddly(c, buf, len, flags, NULL, 0);
	return result_sent(c, real_send(fd, buf, len, flags | call_flag(c)), flags);
}

EXPORT ssize_t send(int fd, const void *buf, size_t len, int flags)
{
	fdtab_word w = fdtab_load(fd);

	return fdtab_plain(w) ? real_send(fd, buf, len, flags)
			      : send_stream(fd, buf, len, flags, w);
}

EXPORT ssize_t __send(int fd, const void *buf, size_t len, int flags)
	__attribute__((alias("send")));

static NOINLINE ssize_t sendto_stream(int fd, const void *buf, size_t len, int flags,
	const struct sockaddr *addr, socklen_t addrlen)
{
	struct call c = call_begin(fd, fdtab_load(fd));

	if (UNLIKELY(c.way != CALL_WATCH))
		return sendto_oddly(c, buf, len, flags, addr, addrlen);
	return result_sent(
		c, real_sendto(fd, buf, len, flags | call_flag(c), addr, addrlen), flags);
}

EXPORT ssize_t sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr *addr,
	socklen_t addrlen)
{
	fdtab_word w;

	if (UNLIKELY(flags & MSG_FASTOPEN)) /* connects as well */
		opening_connecting(fd, addr, addrlen);
	w = fdtab_load(fd);
	return fdtab_plain(w) ? real_sendto(fd, buf, len, flags, addr, addrlen)
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

static NOINLINE ssize_t sendmsg_stream(int fd, const struct msghdr *msg, int flags, fdtab_word w)
{
	struct call c = call_begin(fd, w);

	if (UNLIKELY(c.way != CALL_WATCH))
		return sendmsg_oddly(c, msg, flags);
	return result_sent(c, real_sendmsg(fd, msg, flags | call_flag(c)), flags);
}

EXPORT ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	fdtab_word w;

	if (UNLIKELY(flags & MSG_FASTOPEN))
		sendmsg_connecting(fd, msg);
	w = fdtab_load(fd);
	return fdtab_plain(w) ? real_sendmsg(fd, msg, flags) : sendmsg_stream(fd, msg, flags, w);
}

static NOINLINE int sendmmsg_stream(
	int fd, struct mmsghdr *vec, unsigned n, int flags, fdtab_word w)
{
	struct call c = call_begin(fd, w);

	if (UNLIKELY(c.way == CALL_INSTEAD))
		return (int)call_instead(c, SYS_sendmmsg, (long)vec, n, flags, 0, 0);
	return result_messages(
		c, real_sendmmsg(fd, vec, n, flags | call_flag(c)), vec, flags, RESULT_SENT);
}

EXPORT int sendmmsg(int fd, struct mmsghdr *vec, unsigned n, int flags)
{
	fdtab_word w = fdtab_load(fd);

	return fdtab_plain(w) ? real_sendmmsg(fd, vec, n, flags)
			      : sendmmsg_stream(fd, vec, n, flags, w);
}

/* No flag keeps sendfile() and splice() from raising SIGPIPE: the backstop does. */
EXPORT ssize_t sendfile(int out, int in, off_t *offset, size_t count)
{
	struct call c = call_begin(out, fdtab_load(out));

	if (UNLIKELY(c.way == CALL_INSTEAD))
		return call_instead(c, SYS_sendfile, in, (long)offset, (long)count, 0, 0);
	return result_sent(c, real_sendfile(out, in, offset, count), MSG_NOSIGNAL);
}

EXPORT ssize_t sendfile64(int out, int in, off64_t *offset, size_t count)
	__attribute__((alias("sendfile")));

EXPORT ssize_t splice(
	int in, off64_t *in_offset, int out, off64_t *out_offset, size_t len, unsigned flags)
{
	struct call from = call_begin(in, fdtab_load(in));
	struct call to = call_begin(out, fdtab_load(out));
	ssize_t n;

	if (UNLIKELY(from.way == CALL_INSTEAD || to.way == CALL_INSTEAD))
		return call_instead(from.way == CALL_INSTEAD ? from : to, SYS_splice,
			(long)in_offset, out, (long)out_offset, (long)len, flags);
	n = real_splice(in, in_offset, out, out_offset, len, flags);
	if (n < 0 && errno == EPIPE) /* the one written to, whichever that is */
		return result_sent(to, n, MSG_NOSIGNAL);
	if (fdtab_kind(from.word) == FDTAB_STREAM)
		return result_received(from, n, len, 0);
	return result_sent(to, n, MSG_NOSIGNAL);
}
