/* SPDX-License-Identifier: MIT */
/*
 * write(), writev(), sendfile() and splice(), in the shape of read.c.  AS-safe and cancellation
 * points, as libc's.  On a stream socket, while sigpipe_flag is set, write becomes send and writev
 * sendmsg with MSG_NOSIGNAL: the same bytes, the same results, no signal, and a little faster
 * (KERNEL.md 10).
 */
#include <errno.h>
#include <limits.h>
#include <sys/socket.h>

#include "policy/conn.h"
#include "policy/deadline.h"
#include "policy/failfast.h"
#include "policy/trace_moved.h"
#include "record_call.h"
#include "sys/errno_now.h"
#include "sys/real.h"

/* What a call moves at most.  Of more, write() checks all addresses first, send() only so many. */
#define WRITE_MAX 0x7ffff000u

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
	if (c.way == CALL_DEADLINE &&
		deadline_sent(&c, (struct iovec){(void *)buf, len}, 0, NULL, 0, &n))
		return n;
	if (call_flag(c) && len <= WRITE_MAX)
		return write_sent(c, before, real_send(fd, buf, len, call_flag(c)), buf, len);
	return result_sent(c, real_write(fd, buf, len), 0);
}

static ALWAYS_INLINE ssize_t write_watched(int fd, const void *buf, size_t len, fdtab_word w)
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

static NOINLINE ssize_t write_stream(int fd, const void *buf, size_t len, fdtab_word w)
{
	return write_watched(fd, buf, len, w);
}

static COLD ssize_t write_traced_oddly(int fd, const void *buf, size_t len, fdtab_word w)
{
	struct trace t = trace_start(CALL_write, fd, w);

	return trace_kept(&t, write_stream(fd, buf, len, w), len, 0, buf);
}

static NOINLINE ssize_t write_traced(int fd, const void *buf, size_t len, fdtab_word w)
{
	struct trace t;

	if (UNLIKELY(!call_quiet(w)))
		return write_traced_oddly(fd, buf, len, w);
	t = trace_start(CALL_write, fd, call_quiet_word(w));
	return trace_moved(t, write_watched(fd, buf, len, t.word), len, 0, buf);
}

EXPORT ssize_t write(int fd, const void *buf, size_t len)
{
	fdtab_word w = fdtab_load(fd);

	if (fdtab_plain(w))
		return real_write(fd, buf, len);
	return UNLIKELY(recorder_on) ? write_traced(fd, buf, len, w)
				     : write_stream(fd, buf, len, w);
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
	failfast_used_up(c.fd, c.word, errno);
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

static inline ssize_t writev_watched(int fd, const struct iovec *iov, int n, fdtab_word w)
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

static NOINLINE ssize_t writev_traced(int fd, const struct iovec *iov, int n, fdtab_word w)
{
	struct trace t = trace_start(CALL_writev, fd, w);

	return trace_gathered(&t, writev_watched(fd, iov, n, w), 0, iov, (size_t)n);
}

static NOINLINE ssize_t writev_stream(int fd, const struct iovec *iov, int n, fdtab_word w)
{
	return UNLIKELY(recorder_on) ? writev_traced(fd, iov, n, w) : writev_watched(fd, iov, n, w);
}

EXPORT ssize_t writev(int fd, const struct iovec *iov, int n)
{
	fdtab_word w = fdtab_load(fd);

	return fdtab_plain(w) ? real_writev(fd, iov, n) : writev_stream(fd, iov, n, w);
}

/* No flag keeps sendfile() and splice() from raising SIGPIPE: the backstop does. */
static inline ssize_t sendfile_watched(int out, int in, off_t *offset, size_t count)
{
	struct call c = call_begin(out, fdtab_load(out));

	if (UNLIKELY(c.way == CALL_INSTEAD))
		return call_instead(c, SYS_sendfile, in, (long)offset, (long)count, 0, 0);
	return result_sent(c, real_sendfile(out, in, offset, count), MSG_NOSIGNAL);
}

EXPORT ssize_t sendfile(int out, int in, off_t *offset, size_t count)
{
	struct trace t = trace_begin(CALL_sendfile, out);

	return trace_end(&t, sendfile_watched(out, in, offset, count), count, 0);
}

EXPORT ssize_t sendfile64(int out, int in, off64_t *offset, size_t count)
	__attribute__((alias("sendfile")));

static inline ssize_t splice_watched(
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

EXPORT ssize_t splice(
	int in, off64_t *in_offset, int out, off64_t *out_offset, size_t len, unsigned flags)
{
	struct trace t = trace_begin(CALL_splice, out);
	ssize_t n = splice_watched(in, in_offset, out, out_offset, len, flags);

	if (UNLIKELY(t.start && fdtab_is_socket(fdtab_load(in)))) {
		t.fd = in;
		t.word = fdtab_load(in);
		flags |= RECORD_SPLICE_FROM;
	}
	return trace_end(&t, n, len, flags);
}
