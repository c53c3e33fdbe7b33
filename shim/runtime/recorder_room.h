/* SPDX-License-Identifier: MIT */
/*
 * One record: room for it in this thread's chunk, and its commit.  Inline, for it stands in every
 * call that is recorded.  AS-safe.
 */
#ifndef PEERLESS_RUNTIME_RECORDER_ROOM_H
#define PEERLESS_RUNTIME_RECORDER_ROOM_H

#include <stdbool.h>
#include <stddef.h>

#include "record.h"
#include "record_turn.h"
#include "sys/compiler.h"

/* Room for one record; chunk is NULL where there is none, and the event is counted as lost. */
struct recorder_room {
	struct record *record;
	struct record_chunk *chunk;
};

/*
 * This process: its number, 0 in a fork child that has written nothing yet.  This thread's chunk
 * and its turn, of which a signal handler may change either between any two instructions;
 * owner: the number of the process that it was taken for; stamp: the same, or RECORDER_UNSTAMPED
 * where that is not all there is to ask: payload is kept, or forks are not seen there.
 */
extern HIDDEN uint32_t *recorder_process;
#define RECORDER_UNSTAMPED UINT32_MAX
struct recorder_thread {
	struct record_chunk *chunk;
	uint64_t turn;
	uint32_t stamp, owner, tid;
};
extern HIDDEN __thread struct recorder_thread recorder_mine; /* -ftls-model=initial-exec */

/* Room in the chunk that this thread has, if it is still its own. */
static inline struct recorder_room recorder_reserve_here(uint32_t bytes)
{
	struct record_chunk *k = recorder_mine.chunk;
	uint64_t at = recorder_mine.turn;
	struct record *r;

	at = __atomic_fetch_add(&k->turn, RECORD_TURN_WRITER | bytes, __ATOMIC_SEQ_CST) - at;
	if (UNLIKELY(at > RECORD_CHUNK_BYTES - bytes)) {
		at -= record_turn_writers(
			at); /* a handler interrupted one, or it is another's turn */
		if (at > RECORD_CHUNK_BYTES - bytes) {
			record_turn_leave(&k->turn);
			return (struct recorder_room){NULL, NULL};
		}
	}
	r = (struct record *)((char *)k + at);
	__atomic_store_n(&r->head, record_head(bytes, RECORD_PENDING, 0, 0, 0), __ATOMIC_RELAXED);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	return (struct recorder_room){r, k};
}

/*
 * Room in whatever chunk, a new one if need be.  bytes: a multiple of 8, at most a chunk's.  The
 * end of the event must be read after this.
 */
struct recorder_room recorder_reserve(uint32_t bytes);

static inline bool recorder_is_stamped(void)
{
	return LIKELY(recorder_mine.stamp == *recorder_process);
}

static inline void recorder_commit(struct recorder_room room, uint64_t head)
{
	__atomic_store_n(&room.record->head, head, __ATOMIC_RELEASE);
	record_turn_leave(&room.chunk->turn);
}

#endif
