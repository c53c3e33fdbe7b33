/* SPDX-License-Identifier: MIT */
/*
 * The cold side of a result.  The word is the one from before the call: if the number has changed
 * hands meanwhile, policy/failfast.c finds out before it says anything.
 */
#include "policy/result.h"

#include <errno.h>

#include "policy/failfast.h"

COLD size_t result_wanted(const struct iovec *iov, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n && !sum; i++)
		sum = iov[i].iov_len;
	return sum;
}

static void count(fdtab_word w, ssize_t bytes, enum result_kind kind)
{
	struct conn *conn = w & FDTAB_COUNTED ? connpool_get(w) : NULL;

	if (conn && bytes > 0)
		atomic_fetch_add_explicit(kind == RESULT_SENT ? &conn->bytes_out : &conn->bytes_in,
			(uint64_t)bytes, memory_order_relaxed);
}

/* Nothing of ours: no stream, or strict mode began during the call. */
static bool ignored(fdtab_word w)
{
	return fdtab_kind(w) != FDTAB_STREAM || !fdtab_limit;
}

/* A reset during the handshake is ECONNREFUSED: ECONNRESET comes after it. */
static enum phase phase_of(fdtab_word w, int err)
{
	return w & FDTAB_CONNECTING && err != ECONNRESET ? PHASE_CONNECTING : PHASE_DATA;
}

/* The errno for the program. */
static int failed(fdtab_word w, int fd, int err)
{
	enum phase phase = phase_of(w, err);

	if (w & FDTAB_CONNECTING)
		opening_settle(fd, w);
	if (err == EAGAIN || err == EINTR || w & FDTAB_FRESH)
		return err;
	return failfast_error(fd, w, err, phase, METHOD_RESULT);
}

COLD ssize_t result_received_oddly(fdtab_word w, int fd, ssize_t ret, size_t asked, int flags)
{
	KEEP_ERRNO;

	if (ignored(w))
		return ret;
	if (ret < 0) {
		errno_kept = failed(w, fd, errno_kept);
		return ret;
	}
	if (w & FDTAB_CONNECTING)
		opening_settle(fd, w);
	if (ret == 0 && asked && !(flags & MSG_ERRQUEUE)) {
		int err = failfast_eof(fd, w);

		errno_kept = err ? err : errno_kept;
		return err ? -1 : 0;
	}
	if (!(flags &
		    (MSG_PEEK | MSG_ERRQUEUE))) /* those bytes come again, or went the other way */
		count(w, ret, RESULT_RECEIVED);
	return ret;
}

COLD ssize_t result_sent_oddly(fdtab_word w, int fd, ssize_t ret, int flags)
{
	KEEP_ERRNO;

	if (ignored(w))
		return ret;
	if (ret < 0)
		errno_kept = failed(w, fd, errno_kept);
	else if (w & FDTAB_CONNECTING)
		opening_settle(fd, w);
	count(w, ret, RESULT_SENT);
	if (ret < 0 && errno_kept == EPIPE && sigpipe_flag && !(flags & MSG_NOSIGNAL))
		sigpipe_epipe(fd, w);
	return ret;
}

COLD int result_messages_oddly(
	fdtab_word w, int fd, int ret, const struct mmsghdr *vec, int flags, enum result_kind kind)
{
	ssize_t bytes = ret < 0 ? ret : 0;

	for (int i = 0; i < ret; i++)
		bytes += vec[i].msg_len;
	if (kind == RESULT_SENT)
		result_sent_oddly(w, fd, bytes, flags);
	else
		result_received_oddly(w, fd, bytes, 0, flags);
	return ret;
}

COLD void result_connected(int fd, int rc, enum opening what)
{
	fdtab_word w = fdtab_load(fd);
	KEEP_ERRNO;

	opening_connected(fd, rc, what);
	if (rc && !ignored(w))
		errno_kept = failfast_error(fd, w, errno_kept, PHASE_CONNECTING, METHOD_RESULT);
}

COLD int result_so_error(int fd, int err)
{
	fdtab_word w = fdtab_load(fd);
	enum phase phase = phase_of(w, err);
	KEEP_ERRNO;

	if (ignored(w) || w & FDTAB_FRESH) /* it may have been dissolved, which leaves ECONNRESET */
		return err;
	if (w & FDTAB_CONNECTING)
		opening_settle(fd, w);
	return err ? failfast_error(fd, w, err, phase, METHOD_SO_ERROR) : 0;
}
