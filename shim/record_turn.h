/* SPDX-License-Identifier: MIT */
/*
 * The word of a chunk by which it is given out (struct record_chunk, turn), all in one so that one
 * atomic add asks whose turn it is, takes room, and says that somebody is writing:
 *
 *   bits 0-23   bytes given out, the chunk's head included; may exceed the chunk
 *   bits 24-55  ticket: whose turn it is; 0: nobody's
 *   bits 56-63  records begun and not committed
 *
 * Whoever finds another's ticket takes its own addition to the writers back, and leaves the room.
 */
#ifndef PEERLESS_RECORD_TURN_H
#define PEERLESS_RECORD_TURN_H

#include <stdint.h>

#define RECORD_TURN_WRITER (UINT64_C(1) << 56)

static inline uint64_t record_turn(uint32_t ticket, uint64_t bytes)
{
	return (uint64_t)ticket << 24 | bytes;
}

static inline uint32_t record_turn_ticket(uint64_t turn)
{
	return (uint32_t)(turn >> 24);
}

static inline uint32_t record_turn_bytes(uint64_t turn)
{
	return turn & 0xffffff;
}

static inline uint64_t record_turn_writers(uint64_t turn)
{
	return turn & ~(RECORD_TURN_WRITER - 1);
}

/* One writer less, by its byte alone: the shortest instruction for it. */
static inline void record_turn_leave(uint64_t *turn)
{
	__atomic_fetch_sub((uint8_t *)turn + 7, 1, __ATOMIC_RELEASE);
}

#endif
