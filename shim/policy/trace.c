/* SPDX-License-Identifier: MIT */
/*
 * What the program passed is read only where the kernel has just done so too: after a call that
 * went well, or failed for a reason that it finds out later than EFAULT.
 */
#include "policy/trace.h"

#include <errno.h>
#include <sys/uio.h>

#include "policy/story.h"
#include "policy/trace_moved.h"
#include "policy/trace_tail.h"
#include "record_call.h"
#include "sys/errno_now.h"

/* Which calls are for sockets alone: others' failures on what is none are none of the network. */
static const bool for_sockets[CALL_COUNT] = {
#define RECORDED(call, class, asked, flags)                                           \
	[CALL_##call] = CLASS_##class == CLASS_OPEN || CLASS_##class == CLASS_HALF || \
			CLASS_##class == CLASS_OPTION || FLAGS_##flags == FLAGS_MSG,
#include "record_call.def"
#undef RECORDED
};

static long record_plainly(const struct trace *t, long ret, size_t asked, uint32_t flags)
{
	struct recorder_room room = recorder_reserve(sizeof(struct record));

	if (!room.chunk)
		return ret;
	trace_fill(room.record, *t, ret, trace_saturated(asked), flags);
	room.record->end_ns = recorder_now();
	recorder_commit(room,
		record_head(sizeof(struct record), RECORD_CALL, t->call, trace_error(ret), 0));
	return ret;
}

/* Did a call for sockets fail for want of one?  fd is -1 where it was to make one. */
static bool lacked_socket(const struct trace *t, long ret)
{
	if (ret >= 0 || !for_sockets[t->call])
		return false;
	return t->fd < 0 || errno_now() == EBADF || errno_now() == ENOTSOCK;
}

long trace_ended(const struct trace *t, long ret, size_t asked, uint32_t flags)
{
	struct trace of = *t;

	of.word = trace_word(t);
	if (!fdtab_is_socket(of.word) && !lacked_socket(&of, ret))
		return ret;
	return record_plainly(&of, ret, asked, flags);
}

static size_t length(const struct iovec *iov, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += iov[i].iov_len;
	return sum;
}

static fdtab_word word_now(const struct trace *t)
{
	return fdtab_is_socket(t->word) ? t->word : fdtab_load(t->fd);
}

/* Bytes of the program's that a call moved and that are where it said.  MSG_TRUNC discards them. */
static size_t moved(const struct trace *t, long ret, size_t asked, int flags)
{
	if (ret <= 0 || flags & MSG_ERRQUEUE || (flags & MSG_TRUNC && word_now(t) & FDTAB_STREAM))
		return 0;
	return (size_t)ret < asked ? (size_t)ret : asked;
}

long trace_kept(const struct trace *t, long ret, size_t asked, int flags, const void *buf)
{
	struct iovec iov = {(void *)buf, asked};
	struct trace_tail tail = {.iov = &iov, .count = 1};

	if (!recorder_payload || ret <= 0)
		return trace_ended(t, ret, asked, (uint32_t)flags);
	tail.bytes = moved(t, ret, asked, flags);
	return trace_with(t, ret, asked, (uint32_t)flags, &tail);
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
	struct trace_tail tail = {.iov = iov, .count = n};
	size_t asked = was_read(t, ret) ? length(iov, n) : 0;

	if (!recorder_payload || ret <= 0)
		return trace_ended(t, ret, asked, (uint32_t)flags);
	tail.bytes = moved(t, ret, asked, flags);
	return trace_with(t, ret, asked, (uint32_t)flags, &tail);
}

static struct trace_tail tail_of(const struct msghdr *msg)
{
	return (struct trace_tail){.addr = msg->msg_name,
		.addrlen = msg->msg_namelen,
		.iov = msg->msg_iov,
		.count = msg->msg_iovlen};
}

/*
 * Of a datagram that could not be sent, had the kernel read where it was to go?  It looks at the
 * descriptor, the message and the address, and then for a way there.
 */
static bool target_was_read(const struct trace *t, long ret)
{
	int err = ret < 0 ? errno_now() : 0;

	return err && fdtab_kind(word_now(t)) == FDTAB_OTHER &&
	       (t->call == CALL_sendto || t->call == CALL_sendmsg) && err != EFAULT &&
	       err != EBADF && err != ENOTSOCK && err != EINVAL && err != EMSGSIZE &&
	       err != ENOBUFS && err != ENOMEM;
}

long trace_message(const struct trace *t, long ret, int flags, const struct msghdr *msg)
{
	bool in_vain = target_was_read(t, ret);
	struct trace_tail tail;
	size_t asked;

	if (!in_vain && !was_read(t, ret))
		return trace_ended(t, ret, 0, (uint32_t)flags);
	if (!msg->msg_name || (ret < 0 && !in_vain))
		return trace_gathered(t, ret, flags, msg->msg_iov, msg->msg_iovlen);
	tail = tail_of(msg);
	asked = length(tail.iov, tail.count);
	tail.bytes = moved(t, ret, asked, flags);
	return trace_with(t, ret, asked, (uint32_t)flags, &tail);
}

/* One of several messages: a record of its own, for its bytes and its address. */
static void record_message(
	const struct trace *t, int flags, const struct mmsghdr *m, uint32_t further)
{
	struct trace_tail tail = tail_of(&m->msg_hdr);

	tail.bytes = moved(t, m->msg_len, length(tail.iov, tail.count), flags);
	trace_with(t, 1, m->msg_len, (uint32_t)flags | further, &tail);
}

long trace_messages(const struct trace *t, long ret, int flags, const struct mmsghdr *vec)
{
	size_t bytes = 0;

	if (recorder_payload && ret > 0) {
		for (long i = 0; i < ret; i++)
			record_message(t, flags, &vec[i], i ? RECORD_FURTHER : 0);
		return ret;
	}
	for (long i = 0; i < ret; i++)
		bytes += vec[i].msg_len;
	return trace_ended(t, ret, bytes, (uint32_t)flags);
}

long trace_moved_to(const struct trace *t, long ret, struct iovec asked, int flags,
	const struct sockaddr *addr, socklen_t len)
{
	struct trace_tail tail = {.addr = addr, .addrlen = len, .iov = &asked, .count = 1};

	if (!addr || (ret < 0 && !target_was_read(t, ret)))
		return trace_kept(t, ret, asked.iov_len, flags, asked.iov_base);
	tail.bytes = moved(t, ret, asked.iov_len, flags);
	return trace_with(t, ret, asked.iov_len, (uint32_t)flags, &tail);
}

/* connect() copies the address before all else but the look at the descriptor. */
static bool address_was_read(long ret)
{
	int err = ret < 0 ? errno_now() : 0;

	return err != EFAULT && err != EBADF && err != ENOTSOCK && err != EINVAL;
}

long trace_to(const struct trace *t, long ret, const struct sockaddr *addr, socklen_t len)
{
	struct trace_tail tail = {.addr = addr, .addrlen = len};

	if (!addr || !address_was_read(ret))
		return trace_ended(t, ret, 0, 0);
	return trace_with(t, ret, 0, 0, &tail);
}

long trace_made(const struct trace *t, int made, long ret, size_t asked, uint32_t flags)
{
	struct trace of = *t;

	if (!t->start)
		return ret;
	if (ret >= 0)
		of.word = fdtab_load(made);
	if (fdtab_is_socket(of.word))
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
