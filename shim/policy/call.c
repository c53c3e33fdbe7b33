/* SPDX-License-Identifier: MIT */
/*
 * The cold side of the door: first use of a descriptor, calls under an option that needs more
 * than a look at the result, and results that say something about the peer.
 */
#include "policy/call.h"

#include <errno.h>
#include <sys/socket.h>

#include "policy/conn.h"
#include "policy/failfast.h"
#include "policy/found.h"
#include "policy/opening.h"
#include "sys/real.h"

static struct call way(int fd, fdtab_word w, enum call_way way)
{
	return (struct call){.word = w, .fd = fd, .way = way};
}

COLD struct call call_prepare(int fd)
{
	fdtab_word w = fdtab_load(fd);
	KEEP_ERRNO;

	if (fdtab_kind(w) == FDTAB_OUTSIDE)
		return way(fd, w, real_read ? CALL_WATCH : CALL_INSTEAD);
	if (w & FDTAB_CONDEMNED && !conn_still(fd, w))
		w = fdtab_load(fd);
	if (fdtab_kind(w) == FDTAB_UNKNOWN)
		w = found_descriptor(fd);
	if (w & FDTAB_FRESH)
		w = found_connected(fd, w);
	if (w & FDTAB_CONDEMNED)
		return (struct call){.word = w,
			.fd = fd,
			.way = CALL_INSTEAD,
			.error = (uint16_t)failfast_errno(w)};
	return way(fd, w, w & FDTAB_DEADLINE ? CALL_DEADLINE : CALL_WATCH);
}

COLD long call_instead(struct call c, long nr, long a, long b, long d, long e, long f)
{
	if (!c.error)
		return real_early(nr, c.fd, a, b, d, e, f);
	errno = c.error;
	return -1;
}

COLD size_t call_wanted(const struct iovec *iov, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n && !sum; i++)
		sum = iov[i].iov_len;
	return sum;
}

static void count(fdtab_word w, ssize_t bytes, enum call_kind kind)
{
	struct conn *conn = w & FDTAB_COUNTED ? connpool_get(w) : NULL;

	if (conn && bytes > 0)
		atomic_fetch_add_explicit(kind == CALL_SENDS ? &conn->bytes_out : &conn->bytes_in,
			(uint64_t)bytes, memory_order_relaxed);
}

static void failed(fdtab_word w, int fd, int err)
{
	enum phase phase = w & FDTAB_CONNECTING ? PHASE_CONNECTING : PHASE_DATA;

	if (w & FDTAB_CONNECTING)
		opening_settle(fd, w);
	if (err != EAGAIN && err != EINTR && !(w & FDTAB_FRESH))
		failfast_error(fd, w, err, phase, METHOD_RESULT);
}

COLD ssize_t call_ended_oddly(fdtab_word w, int fd, ssize_t ret, size_t asked, enum call_kind kind)
{
	KEEP_ERRNO;

	if (fdtab_kind(w) != FDTAB_STREAM || !fdtab_limit ||
		(ret < 0 && errno_kept == EAGAIN && !(w & FDTAB_CONNECTING)))
		return ret;
	if (ret < 0) {
		failed(w, fd, errno_kept);
		return ret;
	}
	if (w & FDTAB_CONNECTING)
		opening_settle(fd, w);
	if (ret == 0 && asked && kind == CALL_RECEIVES)
		failfast_eof(fd, w);
	count(w, ret, kind);
	return ret;
}

COLD ssize_t call_sent_oddly(fdtab_word w, int fd, ssize_t ret, int flags)
{
	KEEP_ERRNO;

	call_ended_oddly(w, fd, ret, 0, CALL_SENDS);
	if (ret < 0 && errno_kept == EPIPE && sigpipe_flag && !(flags & MSG_NOSIGNAL) &&
		fdtab_kind(w) == FDTAB_STREAM)
		sigpipe_epipe(fd, w);
	return ret;
}

COLD void call_connected(int fd, int rc, enum opening what)
{
	fdtab_word w = fdtab_load(fd);
	KEEP_ERRNO;

	opening_connected(fd, rc, what);
	if (rc && fdtab_kind(w) == FDTAB_STREAM)
		failfast_error(fd, w, errno_kept, PHASE_CONNECTING, METHOD_RESULT);
}

COLD void call_saw_so_error(int fd, int err)
{
	fdtab_word w = fdtab_load(fd);
	KEEP_ERRNO;

	if (fdtab_kind(w) != FDTAB_STREAM)
		return;
	if (w & FDTAB_CONNECTING)
		opening_settle(fd, w);
	if (err)
		failfast_error(fd, w, err, w & FDTAB_CONNECTING ? PHASE_CONNECTING : PHASE_DATA,
			METHOD_SO_ERROR);
}
