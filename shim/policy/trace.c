/* SPDX-License-Identifier: MIT */
/*
 * What the program passed is read only where the kernel has just done so too: after a call that
 * went well, or failed for a reason that it finds out later than EFAULT.
 */
#include "policy/trace.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/uio.h>

#include "policy/story.h"
#include "policy/trace_moved.h"
#include "sys/copy.h"
#include "sys/endpoint.h"
#include "sys/errno_now.h"

enum { ADDRESS_MAX = sizeof(struct sockaddr_in6) }; /* of which anything is recorded */

/* What is to go behind a record. */
struct tail {
	const struct sockaddr *addr;
	socklen_t addrlen;
	const struct iovec *iov;
	size_t count;
	size_t bytes; /* that were moved */
};

/* The word of the call's socket; what is found out or told about it first. */
static fdtab_word word_of(const struct trace *t)
{
	fdtab_word w = t->word;

	if (UNLIKELY(!fdtab_is_socket(w)))
		w = fdtab_load(t->fd);                            /* looked at meanwhile, perhaps */
	if (UNLIKELY(fdtab_kind(w) == FDTAB_OTHER && t->fd >= 0)) /* not by the call that made it */
		story_datagrams(t->fd, w);
	return w;
}

static uint32_t saturated(size_t n)
{
	return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

static unsigned error_of(long ret)
{
	return ret < 0 ? (unsigned)errno_now() : 0;
}

static long record_plainly(const struct trace *t, long ret, size_t asked, uint32_t flags)
{
	struct recorder_room room = recorder_reserve(sizeof(struct record));

	if (!room.chunk)
		return ret;
	trace_fill(room.record, *t, ret, saturated(asked), flags);
	room.record->end_ns = recorder_now();
	recorder_commit(
		room, record_head(sizeof(struct record), RECORD_CALL, t->call, error_of(ret), 0));
	return ret;
}

long trace_ended(const struct trace *t, long ret, size_t asked, uint32_t flags)
{
	struct trace of = *t;

	of.word = word_of(t);
	return fdtab_is_socket(of.word) ? record_plainly(&of, ret, asked, flags) : ret;
}

/* The first bytes of a vector. */
static void gather(char *to, size_t bytes, const struct iovec *iov, size_t n)
{
	for (size_t i = 0; i < n && bytes; i++) {
		size_t part = iov[i].iov_len < bytes ? iov[i].iov_len : bytes;

		memcpy(to, iov[i].iov_base, part);
		to += part;
		bytes -= part;
	}
}

static size_t length(const struct iovec *iov, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += iov[i].iov_len;
	return sum;
}

/*
 * Of an address that the kernel told, it says the length that it would have liked to write: less
 * may be there, at the end of a page or nowhere.  So it is asked, once for each pair of pages.
 */
static struct endpoint told(const struct tail *tail)
{
	static __thread uintptr_t readable = UINTPTR_MAX; /* page; it and the next, or +1: alone */
	uintptr_t at = (uintptr_t)tail->addr, page = at & ~4095ul;
	size_t len = tail->addrlen < ADDRESS_MAX ? tail->addrlen : ADDRESS_MAX;
	uintptr_t one = (at & 4095) + len <= 4096;
	char copy[ADDRESS_MAX];

	if (readable != page && !(one && readable == (page | 1))) {
		if (len < sizeof(sa_family_t) || !copy_from_program(copy, tail->addr, len))
			return (struct endpoint){0};
		readable = page | one;
	}
	return endpoint_from(tail->addr, len);
}

static bool is_told(uint32_t call)
{
	return call == CALL_recvfrom || call == CALL_recvmsg || call == CALL_recvmmsg;
}

/* With an address, or payload, or both. */
static COLD long record_with(
	const struct trace *t, long ret, size_t asked, uint32_t flags, const struct tail *tail)
{
	struct trace of = *t;
	struct endpoint end = {0};
	size_t kept = tail->bytes < recorder_payload ? tail->bytes : recorder_payload;
	uint32_t bytes = sizeof(struct record) + (uint32_t)((kept + 7) & ~7ul);
	struct recorder_room room;
	char *to;

	of.word = word_of(t);
	if (tail->addr)
		end = is_told(t->call) ? told(tail) : endpoint_from(tail->addr, tail->addrlen);
	bytes += end.family ? sizeof(end) : 0;
	if (!fdtab_is_socket(of.word) || !(room = recorder_reserve(bytes)).chunk)
		return ret;
	trace_fill(room.record, of, ret, saturated(asked), flags);
	to = (char *)(room.record + 1);
	if (end.family)
		to = (char *)memcpy(to, &end, sizeof(end)) + sizeof(end);
	gather(to, kept, tail->iov, tail->count);
	room.record->end_ns = recorder_now();
	recorder_commit(room, record_head(bytes, end.family ? RECORD_CALL_TO : RECORD_CALL, t->call,
				      error_of(ret), kept));
	return ret;
}

/* Bytes of the program's that a call moved and that are where it said.  MSG_TRUNC discards them. */
static size_t moved(const struct trace *t, long ret, size_t asked, int flags)
{
	fdtab_word w = fdtab_is_socket(t->word) ? t->word : fdtab_load(t->fd);

	if (ret <= 0 || flags & MSG_ERRQUEUE || (flags & MSG_TRUNC && w & FDTAB_STREAM))
		return 0;
	return (size_t)ret < asked ? (size_t)ret : asked;
}

long trace_kept(const struct trace *t, long ret, size_t asked, int flags, const void *buf)
{
	struct iovec iov = {(void *)buf, asked};
	struct tail tail = {.iov = &iov, .count = 1};

	if (!recorder_payload || ret <= 0)
		return trace_ended(t, ret, asked, (uint32_t)flags);
	tail.bytes = moved(t, ret, asked, flags);
	return record_with(t, ret, asked, (uint32_t)flags, &tail);
}

/* Has the kernel read the arguments of a call that ended so?  On what is condemned it is not asked.
 */
static bool was_read(const struct trace *t, long ret)
{
	if (ret >= 0 || t->word & FDTAB_CONDEMNED)
		return ret >= 0;
	return errno_now() == EAGAIN || errno_now() == EPIPE || errno_now() == ECONNRESET ||
	       errno_now() == EINTR;
}

long trace_gathered(const struct trace *t, long ret, int flags, const struct iovec *iov, size_t n)
{
	struct tail tail = {.iov = iov, .count = n};
	size_t asked = was_read(t, ret) ? length(iov, n) : 0;

	if (!recorder_payload || ret <= 0)
		return trace_ended(t, ret, asked, (uint32_t)flags);
	tail.bytes = moved(t, ret, asked, flags);
	return record_with(t, ret, asked, (uint32_t)flags, &tail);
}

static struct tail tail_of(const struct msghdr *msg)
{
	return (struct tail){.addr = msg->msg_name,
		.addrlen = msg->msg_namelen,
		.iov = msg->msg_iov,
		.count = msg->msg_iovlen};
}

long trace_message(const struct trace *t, long ret, int flags, const struct msghdr *msg)
{
	struct tail tail;
	size_t asked;

	if (!was_read(t, ret))
		return trace_ended(t, ret, 0, (uint32_t)flags);
	if (!msg->msg_name || ret < 0)
		return trace_gathered(t, ret, flags, msg->msg_iov, msg->msg_iovlen);
	tail = tail_of(msg);
	asked = length(tail.iov, tail.count);
	tail.bytes = moved(t, ret, asked, flags);
	return record_with(t, ret, asked, (uint32_t)flags, &tail);
}

/* One of several messages: a record of its own, for its bytes and its address. */
static void record_message(const struct trace *t, int flags, const struct mmsghdr *m)
{
	struct tail tail = tail_of(&m->msg_hdr);

	tail.bytes = moved(t, m->msg_len, length(tail.iov, tail.count), flags);
	record_with(t, 1, m->msg_len, (uint32_t)flags, &tail);
}

long trace_messages(const struct trace *t, long ret, int flags, const struct mmsghdr *vec)
{
	size_t bytes = 0;

	if (recorder_payload && ret > 0) {
		for (long i = 0; i < ret; i++)
			record_message(t, flags, &vec[i]);
		return ret;
	}
	for (long i = 0; i < ret; i++)
		bytes += vec[i].msg_len;
	return trace_ended(t, ret, bytes, (uint32_t)flags);
}

long trace_moved_to(const struct trace *t, long ret, struct iovec asked, int flags,
	const struct sockaddr *addr, socklen_t len)
{
	struct tail tail = {.addr = addr, .addrlen = len, .iov = &asked, .count = 1};

	if (!addr || ret < 0)
		return trace_kept(t, ret, asked.iov_len, flags, asked.iov_base);
	tail.bytes = moved(t, ret, asked.iov_len, flags);
	return record_with(t, ret, asked.iov_len, (uint32_t)flags, &tail);
}

/* connect() copies the address before all else but the look at the descriptor. */
static bool address_was_read(long ret)
{
	int err = ret < 0 ? errno_now() : 0;

	return err != EFAULT && err != EBADF && err != ENOTSOCK && err != EINVAL;
}

long trace_to(const struct trace *t, long ret, const struct sockaddr *addr, socklen_t len)
{
	struct tail tail = {.addr = addr, .addrlen = len};

	if (!addr || !address_was_read(ret))
		return trace_ended(t, ret, 0, 0);
	return record_with(t, ret, 0, 0, &tail);
}

long trace_made(const struct trace *t, int made, long ret, size_t asked, uint32_t flags)
{
	struct trace of = *t;

	if (!t->start)
		return ret;
	if (ret >= 0)
		of.word = fdtab_load(made);
	if (!fdtab_is_socket(of.word))
		return ret;
	story_network_seen = true; /* what follows may wait for a connect() under way */
	return trace_ended(&of, ret, asked, flags);
}

long trace_waited(const struct trace *t, long ret, size_t asked, uint32_t ms)
{
	struct trace of = *t;

	if (!fdtab_is_socket(of.word))
		of.word = 0;
	return story_network_seen ? record_plainly(&of, ret, asked, ms) : ret;
}
