/* SPDX-License-Identifier: MIT */
/*
 * The usual record: bytes came or went on a stream, and are not kept.  In one piece and in
 * registers, for read, write, recv and send; whatever is unusual goes to trace_kept().
 */
#ifndef PEERLESS_POLICY_TRACE_MOVED_H
#define PEERLESS_POLICY_TRACE_MOVED_H

#include "policy/trace.h"
#include "runtime/recorder_room.h"

/* A record without its head. */
static inline void trace_fill(
	struct record *r, struct trace t, long ret, uint32_t asked, uint32_t flags)
{
	r->start_ns = t.start;
	r->conn = t.word >> 16;
	r->fd = t.fd;
	r->ret = (int32_t)ret;
	r->asked = asked;
	r->flags = flags;
}

/* As trace_kept(), for bytes that lie at buf. */
static ALWAYS_INLINE long trace_moved(
	struct trace t, long ret, size_t asked, int flags, const void *buf)
{
	struct recorder_room room = {NULL, NULL};
	struct trace unusual;

	if (((uint64_t)ret | asked) <= UINT32_MAX && fdtab_kind(t.word) == FDTAB_STREAM &&
		recorder_is_stamped())
		room = recorder_reserve_here(sizeof(struct record));
	if (UNLIKELY(!room.chunk)) {
		unusual = t;
		return trace_kept(&unusual, ret, asked, flags, buf);
	}
	trace_fill(room.record, t, ret, (uint32_t)asked, (uint32_t)flags);
	room.record->end_ns = recorder_now();
	recorder_commit(room, record_head(sizeof(struct record), RECORD_CALL, t.call, 0, 0));
	return ret;
}

#endif
