/* SPDX-License-Identifier: MIT */
/*
 * Recordings made byte by byte, as shim/record.h has them: for tests that must know what is in one,
 * or wrong with it.  Times are ns after FIXTURE_MONO; a chunk is named by its ticket.
 */
#ifndef PEERLESS_TESTS_RECORDING_FIXTURE_H
#define PEERLESS_TESTS_RECORDING_FIXTURE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "record.h"
#include "record_story.h"
#include "record_turn.h"
#include "sys/call_id.h"

#define FIXTURE_MONO 1000000000000ll       /* up for a thousand seconds */
#define FIXTURE_REAL 1763686800000000000ll /* 2025-11-21 01:00:00 UTC */

struct recording {
	int fd; /* a memfd */
	struct record_header h;
};

/* A call; a field that is not given is 0. */
struct recording_call {
	enum call_id call;
	int64_t start, end;
	uint64_t conn;
	int fd, ret, error;
	uint32_t asked, flags;
	const struct endpoint *to;
	const char *name; /* behind it: 8 bytes, NUL among them or not */
	const void *payload;
	uint32_t payload_bytes;
	bool pending; /* begun, and not committed: recording_commit() */
};

static inline void recording_write(
	const struct recording *r, const void *from, size_t bytes, uint64_t at)
{
	if (pwrite(r->fd, from, bytes, (off_t)at) != (ssize_t)bytes)
		abort();
}

static inline void recording_header(const struct recording *r)
{
	recording_write(r, &r->h, sizeof(r->h), 0);
}

static inline uint64_t recording_bytes_of(const struct recording *r)
{
	return RECORD_HEADER_BYTES + (uint64_t)r->h.stories * RECORD_STORY_BYTES +
	       (uint64_t)r->h.chunks * RECORD_CHUNK_BYTES;
}

/* Nothing in it yet.  fd -1: a memfd. */
static inline struct recording recording_make(int fd, uint32_t stories, uint32_t chunks)
{
	struct recording r = {.fd = fd < 0 ? memfd_create("recording", MFD_CLOEXEC) : fd};

	memcpy(r.h.magic, RECORD_MAGIC, sizeof(r.h.magic));
	r.h.version = RECORD_VERSION;
	r.h.stories = stories;
	r.h.chunks = chunks;
	r.h.mono_ns = FIXTURE_MONO;
	r.h.real_ns = FIXTURE_REAL;
	strcpy(r.h.host, "fixture");
	if (ftruncate(r.fd, (off_t)recording_bytes_of(&r)) < 0)
		abort();
	recording_header(&r);
	return r;
}

static inline uint64_t recording_chunk_at(const struct recording *r, uint32_t ticket)
{
	return RECORD_HEADER_BYTES + (uint64_t)r->h.stories * RECORD_STORY_BYTES +
	       (uint64_t)((ticket - 1) % r->h.chunks) * RECORD_CHUNK_BYTES;
}

static inline void recording_reserved(const struct recording *r, uint32_t ticket, uint64_t bytes)
{
	uint64_t turn = record_turn(ticket, bytes);

	recording_write(r, &turn, sizeof(turn), recording_chunk_at(r, ticket));
}

/* Claims the chunk of this ticket for thread tid of process 1, pid 4200, or of another. */
static inline void recording_claim_of(struct recording *r, uint32_t ticket, int64_t claimed,
	uint32_t tid, uint32_t process, const char *prog)
{
	static char zero[RECORD_CHUNK_BYTES];
	struct record_chunk k = {.turn = record_turn(ticket, sizeof(k)),
		.process = process,
		.pid = 4200 + process - 1,
		.tid = tid,
		.claimed_ns = FIXTURE_MONO + claimed,
		.real_ns = FIXTURE_REAL + claimed};

	strncpy(k.prog, prog, sizeof(k.prog) - 1);
	recording_write(r, zero, sizeof(zero), recording_chunk_at(r, ticket));
	recording_write(r, &k, sizeof(k), recording_chunk_at(r, ticket));
	if (r->h.chunk_ticket < ticket)
		r->h.chunk_ticket = ticket;
	recording_header(r);
}

static inline void recording_claim(
	struct recording *r, uint32_t ticket, int64_t claimed, uint32_t tid)
{
	recording_claim_of(r, ticket, claimed, tid, 1, "legacyd");
}

static inline uint32_t recording_used(const struct recording *r, uint32_t ticket)
{
	uint64_t turn;

	if (pread(r->fd, &turn, sizeof(turn), (off_t)recording_chunk_at(r, ticket)) != 8)
		abort();
	return record_turn_bytes(turn);
}

/* Bytes are given out and never written to. */
static inline void recording_hole(const struct recording *r, uint32_t ticket, uint32_t bytes)
{
	recording_reserved(r, ticket, recording_used(r, ticket) + bytes);
}

static inline uint64_t recording_head(const struct recording_call *c, bool pending)
{
	uint64_t bytes = sizeof(struct record) + (c->to ? sizeof(*c->to) : 0) +
			 ((c->payload_bytes + 7) & ~7u) + (c->name ? 8 : 0);

	return record_head(bytes,
		pending ? RECORD_PENDING
		: c->to ? RECORD_CALL_TO
			: RECORD_CALL,
		pending ? 0 : c->call, pending ? 0 : (unsigned)c->error,
		pending ? 0 : c->payload_bytes);
}

/* Appends it to the ticket's chunk; where in the file it lies. */
static inline uint64_t recording_add(
	const struct recording *r, uint32_t ticket, struct recording_call c)
{
	uint64_t at = recording_chunk_at(r, ticket) + recording_used(r, ticket), behind;
	struct record record = {.head = recording_head(&c, c.pending),
		.start_ns = FIXTURE_MONO + c.start,
		.end_ns = FIXTURE_MONO + c.end,
		.conn = c.conn,
		.fd = c.fd,
		.ret = c.ret,
		.asked = c.asked,
		.flags = c.flags};

	behind = at + sizeof(record);
	recording_write(r, &record, sizeof(record), at);
	if (c.to)
		recording_write(r, c.to, sizeof(*c.to), behind);
	if (c.payload_bytes)
		recording_write(r, c.payload, c.payload_bytes, behind + (c.to ? sizeof(*c.to) : 0));
	if (c.name)
		recording_write(r, c.name, 8, at + record_head_bytes(record.head) - 8);
	recording_hole(r, ticket, record_head_bytes(record.head));
	return at;
}

static inline void recording_commit(const struct recording *r, uint64_t at, struct recording_call c)
{
	uint64_t head = recording_head(&c, false);

	recording_write(r, &head, sizeof(head), at);
}

/* The next story, of process 1 if it names none; time: see above. */
static inline uint64_t recording_tell(
	struct recording *r, struct story s, enum story_kind kind, int64_t time)
{
	uint64_t at = RECORD_HEADER_BYTES + r->h.story_ticket++ % r->h.stories * RECORD_STORY_BYTES;

	s.head = r->h.story_ticket << 8 | kind;
	s.time_ns = FIXTURE_MONO + time;
	s.real_ns = FIXTURE_REAL + time;
	s.process = s.process ? s.process : 1;
	s.pid = s.pid ? s.pid : 4200 + s.process - 1;
	s.tid = s.tid ? s.tid : s.pid;
	if (r->h.story_ticket > r->h.stories)
		r->h.overwritten++;
	recording_write(r, &s, sizeof(s), at);
	recording_header(r);
	return at;
}

#endif
