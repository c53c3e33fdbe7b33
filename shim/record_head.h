/* SPDX-License-Identifier: MIT */
/*
 * The head of a record, one word so that one store commits it:
 *
 *   bits 0-15   bytes of all of it, in units of 8
 *   bits 16-23  enum record_kind
 *   bits 24-31  the call: its place in calls.def
 *   bits 32-47  errno, or 0
 *   bits 48-63  bytes of payload
 */
#ifndef PEERLESS_RECORD_HEAD_H
#define PEERLESS_RECORD_HEAD_H

#include <stdint.h>

static inline uint64_t record_head(
	uint64_t bytes, uint64_t kind, uint64_t call, uint64_t error, uint64_t payload)
{
	return bytes / 8 | kind << 16 | call << 24 | error << 32 | payload << 48;
}

static inline uint32_t record_head_bytes(uint64_t head)
{
	return (uint32_t)(head & 0xffff) * 8;
}

static inline unsigned record_head_kind(uint64_t head)
{
	return head >> 16 & 0xff;
}

static inline unsigned record_head_call(uint64_t head)
{
	return head >> 24 & 0xff;
}

static inline unsigned record_head_error(uint64_t head)
{
	return head >> 32 & 0xffff;
}

static inline uint32_t record_head_payload(uint64_t head)
{
	return (uint32_t)(head >> 48);
}

#endif
