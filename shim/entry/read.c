/* SPDX-License-Identifier: MIT */
/*
 * Calls that receive.  AS-safe and cancellation points, as libc's.  New errno, each only where an
 * option asks for it: ETIMEDOUT (RECV_TIMEOUT), the death's errno again (ON_DEATH=error).
 */
#include <sys/socket.h>

#include "policy/conn.h"
#include "policy/deadline.h"
#include "sys/copy.h"
#include "sys/real.h"

/* recvfrom() by RECV_TIMEOUT, or what is the same for a socket. */
static COLD bool received_by(struct call *c, struct iovec iov, int flags, struct sockaddr *addr,
	socklen_t *addrlen, ssize_t *got)
{
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1, .msg_name = addr};
	struct deadline_io io = {RESULT_RECEIVED, flags, iov.iov_len, &msg, addrlen, true};

	return deadline_call(c, &io, got);
}

static COLD ssize_t read_oddly(struct call c, void *buf, size_t len)
{
	ssize_t got;

	if (c.way == CALL_INSTEAD)
		return call_instead(c, SYS_read, (long)buf, (long)len, 0, 0, 0);
	if (received_by(&c, (struct iovec){buf, len}, 0, NULL, NULL, &got))
		return got;
	return result_received(c, real_read(c.fd, buf, len), len, 0);
}

static NOINLINE ssize_t read_stream(int fd, void *buf, size_t len, fdtab_word w)
{
	struct call c = call_begin(fd, w);

	if (UNLIKELY(c.way != CALL_WATCH))
		return read_oddly(c, buf, len);
	return result_received(c, real_read(fd, buf, len), len, 0);
}

EXPORT ssize_t read(int fd, void *buf, size_t len)
{
	fdtab_word w = fdtab_load(fd);

	return fdtab_plain(w) ? real_read(fd, buf, len) : read_stream(fd, buf, len, w);
}

EXPORT ssize_t __read(int fd, void *buf, size_t len) __attribute__((alias("read")));

EXPORT ssize_t __read_chk(int fd, void *buf, size_t len, size_t buflen)
{
	struct call c = call_begin(fd, fdtab_load(fd));

	if (UNLIKELY(c.way != CALL_WATCH && len <= buflen))
		return read_oddly(c, buf, len);
	return result_received(c, real___read_chk(fd, buf, len, buflen), len, 0);
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

static NOINLINE ssize_t readv_stream(int fd, const struct iovec *iov, int n, fdtab_word w)
{
	struct call c = call_begin(fd, w);

	if (UNLIKELY(c.way != CALL_WATCH))
		return readv_oddly(c, iov, n);
	return readv_plainly(c, iov, n);
}

EXPORT ssize_t readv(int fd, const struct iovec *iov, int n)
{
	fdtab_word w = fdtab_load(fd);

	return fdtab_plain(w) ? real_readv(fd, iov, n) : readv_stream(fd, iov, n, w);
}

static COLD ssize_t recvfrom_oddly(
	struct call c, void *buf, size_t len, int flags, struct sockaddr *addr, socklen_t *addrlen)
{
	ssize_t got;

	if (c.way == CALL_INSTEAD)
		return call_instead(
			c, SYS_recvfrom, (long)buf, (long)len, flags, (long)addr, (long)addrlen);
	if (received_by(&c, (struct iovec){buf, len}, flags, addr, addrlen, &got))
		return got;
	return result_received(c, real_recvfrom(c.fd, buf, len, flags, addr, addrlen), len, flags);
}

static NOINLINE ssize_t recv_stream(int fd, void *buf, size_t len, int flags, fdtab_word w)
{
	struct call c = call_begin(fd, w);

	if (UNLIKELY(c.way != CALL_WATCH))
		return recvfrom_oddly(c, buf, len, flags, NULL, NULL);
	return result_received(c, real_recv(fd, buf, len, flags), len, flags);
}

EXPORT ssize_t recv(int fd, void *buf, size_t len, int flags)
{
	fdtab_word w = fdtab_load(fd);

	return fdtab_plain(w) ? real_recv(fd, buf, len, flags)
			      : recv_stream(fd, buf, len, flags, w);
}

EXPORT ssize_t __recv_chk(int fd, void *buf, size_t len, size_t buflen, int flags)
{
	struct call c = call_begin(fd, fdtab_load(fd));

	if (UNLIKELY(c.way != CALL_WATCH && len <= buflen))
		return recvfrom_oddly(c, buf, len, flags, NULL, NULL);
	return result_received(c, real___recv_chk(fd, buf, len, buflen, flags), len, flags);
}

static NOINLINE ssize_t recvfrom_stream(
	int fd, void *buf, size_t len, int flags, struct sockaddr *addr, socklen_t *addrlen)
{
	struct call c = call_begin(fd, fdtab_load(fd));

	if (UNLIKELY(c.way != CALL_WATCH))
		return recvfrom_oddly(c, buf, len, flags, addr, addrlen);
	return result_received(c, real_recvfrom(fd, buf, len, flags, addr, addrlen), len, flags);
}

EXPORT ssize_t recvfrom(
	int fd, void *buf, size_t len, int flags, struct sockaddr *addr, socklen_t *addrlen)
{
	fdtab_word w = fdtab_load(fd);

	return fdtab_plain(w) ? real_recvfrom(fd, buf, len, flags, addr, addrlen)
			      : recvfrom_stream(fd, buf, len, flags, addr, addrlen);
}

EXPORT ssize_t __recvfrom_chk(int fd, void *buf, size_t len, size_t buflen, int flags,
	struct sockaddr *addr, socklen_t *addrlen)
{
	struct call c = call_begin(fd, fdtab_load(fd));

	if (UNLIKELY(c.way != CALL_WATCH && len <= buflen))
		return recvfrom_oddly(c, buf, len, flags, addr, addrlen);
	return result_received(
		c, real___recvfrom_chk(fd, buf, len, buflen, flags, addr, addrlen), len, flags);
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

EXPORT ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
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

EXPORT int recvmmsg(int fd, struct mmsghdr *vec, unsigned n, int flags, struct timespec *timeout)
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
