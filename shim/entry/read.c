/* SPDX-License-Identifier: MIT */
/*
 * read() and readv().  AS-safe and cancellation points, as libc's.  New errno, each only where an
 * option asks for it: ETIMEDOUT (RECV_TIMEOUT), the death's errno again (ON_DEATH=error).
 * Of each call X here, in recv.c, write.c and send.c: X_watched is the call with what policies do
 * about it, X_traced that in the recording; X itself chooses.
 */
#include <sys/socket.h>

#include "policy/deadline.h"
#include "policy/trace_moved.h"
#include "sys/copy.h"
#include "sys/real.h"

static COLD ssize_t read_oddly(struct call c, void *buf, size_t len)
{
	ssize_t got;

	if (c.way == CALL_INSTEAD)
		return call_instead(c, SYS_read, (long)buf, (long)len, 0, 0, 0);
	if (deadline_received(&c, (struct iovec){buf, len}, 0, NULL, NULL, &got))
		return got;
	return result_received(c, real_read(c.fd, buf, len), len, 0);
}

static ALWAYS_INLINE ssize_t read_watched(int fd, void *buf, size_t len, fdtab_word w)
{
	struct call c = call_begin(fd, w);

	if (UNLIKELY(c.way != CALL_WATCH))
		return read_oddly(c, buf, len);
	return result_received(c, real_read(fd, buf, len), len, 0);
}

static NOINLINE ssize_t read_stream(int fd, void *buf, size_t len, fdtab_word w)
{
	return read_watched(fd, buf, len, w);
}

static COLD ssize_t read_traced_oddly(int fd, void *buf, size_t len, fdtab_word w)
{
	struct trace t = trace_start(CALL_read, fd, w);

	return trace_kept(&t, read_stream(fd, buf, len, w), len, 0, buf);
}

static NOINLINE ssize_t read_traced(int fd, void *buf, size_t len, fdtab_word w)
{
	struct trace t;

	if (UNLIKELY(!call_quiet(w)))
		return read_traced_oddly(fd, buf, len, w);
	t = trace_start(CALL_read, fd, call_quiet_word(w));
	return trace_moved(t, read_watched(fd, buf, len, t.word), len, 0, buf);
}

EXPORT ssize_t read(int fd, void *buf, size_t len)
{
	fdtab_word w = fdtab_load(fd);

	if (fdtab_plain(w))
		return real_read(fd, buf, len);
	return UNLIKELY(recorder_on) ? read_traced(fd, buf, len, w) : read_stream(fd, buf, len, w);
}

EXPORT ssize_t __read(int fd, void *buf, size_t len) __attribute__((alias("read")));

static inline ssize_t read_chk_watched(int fd, void *buf, size_t len, size_t buflen, fdtab_word w)
{
	struct call c = call_begin(fd, w);

	if (UNLIKELY(c.way != CALL_WATCH && len <= buflen))
		return read_oddly(c, buf, len);
	return result_received(c, real___read_chk(fd, buf, len, buflen), len, 0);
}

static NOINLINE ssize_t read_chk_traced(int fd, void *buf, size_t len, size_t buflen, fdtab_word w)
{
	struct trace t = trace_start(CALL_read, fd, w);

	return trace_moved(t, read_chk_watched(fd, buf, len, buflen, w), len, 0, buf);
}

EXPORT ssize_t __read_chk(int fd, void *buf, size_t len, size_t buflen)
{
	fdtab_word w = fdtab_load(fd);

	return UNLIKELY(recorder_on) ? read_chk_traced(fd, buf, len, buflen, w)
				     : read_chk_watched(fd, buf, len, buflen, w);
}

static inline ssize_t readv_plainly(struct call c, const struct iovec *iov, int n)
{
	ssize_t got = real_readv(c.fd, iov, n);

	return result_received(c, got, got == 0 ? result_wanted(iov, (size_t)n) : 1, 0);
}

static COLD ssize_t readv_oddly(struct call c, const struct iovec *iov, int n)
{
	struct msghdr msg = {.msg_iov = (struct iovec *)iov, .msg_iovlen = (size_t)n};
	struct deadline_io io = {.kind = RESULT_RECEIVED, .msg = &msg};
	ssize_t got;

	if (c.way == CALL_INSTEAD)
		return call_instead(c, SYS_readv, (long)iov, n, 0, 0, 0);
	io.len = deadline_length(iov, (size_t)n);
	return deadline_call(&c, &io, &got) ? got : readv_plainly(c, iov, n);
}

static inline ssize_t readv_watched(int fd, const struct iovec *iov, int n, fdtab_word w)
{
	struct call c = call_begin(fd, w);

	if (UNLIKELY(c.way != CALL_WATCH))
		return readv_oddly(c, iov, n);
	return readv_plainly(c, iov, n);
}

static NOINLINE ssize_t readv_traced(int fd, const struct iovec *iov, int n, fdtab_word w)
{
	struct trace t = trace_start(CALL_readv, fd, w);

	return trace_gathered(&t, readv_watched(fd, iov, n, w), 0, iov, (size_t)n);
}

static NOINLINE ssize_t readv_stream(int fd, const struct iovec *iov, int n, fdtab_word w)
{
	return UNLIKELY(recorder_on) ? readv_traced(fd, iov, n, w) : readv_watched(fd, iov, n, w);
}

EXPORT ssize_t readv(int fd, const struct iovec *iov, int n)
{
	fdtab_word w = fdtab_load(fd);

	return fdtab_plain(w) ? real_readv(fd, iov, n) : readv_stream(fd, iov, n, w);
}
