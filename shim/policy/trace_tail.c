/* SPDX-License-Identifier: MIT */
/* See trace_tail.h. */
#include "policy/trace_tail.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "policy/story.h"
#include "policy/trace_moved.h"
#include "sys/copy.h"
#include "sys/endpoint.h"

enum {
	TOLD_MAX = sizeof(struct sockaddr_in6), /* of what the kernel told */
	NAME_MAX_BYTES = (sizeof(((struct sockaddr_un *)NULL)->sun_path) + 1 + 7) & ~7ul,
};

/* What the call named or was told; name: of a UNIX socket, filled up with NULs. */
struct where {
	struct endpoint end;
	uint32_t name_bytes;
	char name[NAME_MAX_BYTES];
};

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
	size_t len = tail->addrlen < TOLD_MAX ? tail->addrlen : TOLD_MAX;
	uintptr_t one = (at & 4095) + len <= 4096;
	char copy[TOLD_MAX];

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

/* What the kernel told may be shorter than it says, a name so; what was named it has read. */
static void find_address(const struct trace *t, const struct trace_tail *tail, struct where *w)
{
	w->end = (struct endpoint){0};
	w->name_bytes = 0;
	if (!tail->addr)
		return;
	if (is_told(t->call)) {
		w->end = told(tail);
		return;
	}
	w->end = endpoint_from(tail->addr, tail->addrlen);
	if (w->end.family != AF_UNIX)
		return;
	memset(w->name, 0, sizeof(w->name));
	w->name_bytes =
		(uint32_t)endpoint_unix_name(tail->addr, tail->addrlen, w->name, sizeof(w->name));
	if (w->name_bytes)
		w->name_bytes = (w->name_bytes + 8) & ~7u; /* a NUL at least */
}

COLD long trace_with(const struct trace *t, long ret, size_t asked, uint32_t flags,
	const struct trace_tail *tail)
{
	struct trace of = *t;
	size_t kept = tail->bytes < recorder_payload ? tail->bytes : recorder_payload;
	uint32_t filled = (uint32_t)((kept + 7) & ~7ul), bytes = sizeof(struct record) + filled;
	struct recorder_room room;
	struct where where;
	char *to;

	of.word = trace_word(t);
	if (!fdtab_is_socket(of.word))
		return ret;
	find_address(t, tail, &where);
	bytes += (where.end.family ? sizeof(where.end) : 0) + where.name_bytes;
	room = recorder_reserve(bytes);
	if (!room.chunk)
		return ret;
	trace_fill(room.record, of, ret, trace_saturated(asked), flags);
	to = (char *)(room.record + 1);
	if (where.end.family)
		to = (char *)memcpy(to, &where.end, sizeof(where.end)) + sizeof(where.end);
	gather(to, kept, tail->iov, tail->count);
	memcpy(to + filled, where.name, where.name_bytes);
	room.record->end_ns = recorder_now();
	recorder_commit(room, record_head(bytes, where.end.family ? RECORD_CALL_TO : RECORD_CALL,
				      t->call, trace_error(ret), kept));
	return ret;
}
