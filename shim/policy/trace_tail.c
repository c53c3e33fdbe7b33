/* SPDX-License-Identifier: MIT */
/* See trace_tail.h. */
#include "policy/trace_tail.h"

#include <netinet/in.h>
#include <string.h>

#include "policy/story.h"
#include "policy/trace_moved.h"
#include "sys/copy.h"
#include "sys/endpoint.h"

enum { ADDRESS_MAX = sizeof(struct sockaddr_in6) }; /* of which anything is recorded */

fdtab_word trace_word(const struct trace *t)
{
	fdtab_word w = t->word;

	if (UNLIKELY(!fdtab_is_socket(w)))
		w = fdtab_load(t->fd);                            /* looked at meanwhile, perhaps */
	if (UNLIKELY(fdtab_kind(w) == FDTAB_OTHER && t->fd >= 0)) /* not by the call that made it */
		story_datagrams(t->fd, w);
	return w;
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

/*
 * Of an address that the kernel told, it says the length that it would have liked to write: less
 * may be there, at the end of a page or nowhere.  So it is asked, once for each pair of pages.
 */
static struct endpoint told(const struct trace_tail *tail)
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
COLD long trace_with(const struct trace *t, long ret, size_t asked, uint32_t flags,
	const struct trace_tail *tail)
{
	struct trace of = *t;
	struct endpoint end = {0};
	size_t kept = tail->bytes < recorder_payload ? tail->bytes : recorder_payload;
	uint32_t bytes = sizeof(struct record) + (uint32_t)((kept + 7) & ~7ul);
	struct recorder_room room;
	char *to;

	of.word = trace_word(t);
	if (!fdtab_is_socket(of.word))
		return ret;
	if (tail->addr)
		end = is_told(t->call) ? told(tail) : endpoint_from(tail->addr, tail->addrlen);
	bytes += end.family ? sizeof(end) : 0;
	room = recorder_reserve(bytes);
	if (!room.chunk)
		return ret;
	trace_fill(room.record, of, ret, trace_saturated(asked), flags);
	to = (char *)(room.record + 1);
	if (end.family)
		to = (char *)memcpy(to, &end, sizeof(end)) + sizeof(end);
	gather(to, kept, tail->iov, tail->count);
	room.record->end_ns = recorder_now();
	recorder_commit(room, record_head(bytes, end.family ? RECORD_CALL_TO : RECORD_CALL, t->call,
				      trace_error(ret), kept));
	return ret;
}
