/* SPDX-License-Identifier: MIT */
/*
 * The recording: one file, mapped by every process of a tree (runtime/recorder.h), read by others
 * (tools/reader.h).  A header page, `stories` entries (record_story.h), `chunks` chunks.
 *
 * Version rule: whatever changes the meaning or place of a byte raises RECORD_VERSION, a call or a
 * kind of story appended does not, nor a byte or bit used that was 0 before and says then what it
 * did.  Readers and writers refuse a file of another version by name.
 *
 * A chunk belongs to one thread of one process until it is full or, the file being so, reused.  In
 * it lie records, each a multiple of 8 bytes long.  One that was begun and never committed has kind
 * RECORD_PENDING, or is zero if not even its head was written: a reader goes on 8 bytes at a time.
 */
#ifndef PEERLESS_RECORD_H
#define PEERLESS_RECORD_H

#include <stdint.h>

#include "record_head.h"
#include "sys/endpoint.h"

#define RECORD_MAGIC        "PEERLESS" /* 8 bytes, no NUL */
#define RECORD_VERSION      1u
#define RECORD_HEADER_BYTES 4096u
#define RECORD_STORY_BYTES  128u
#define RECORD_CHUNK_BYTES  65536u
#define RECORD_PAYLOAD_MAX  32768u

enum record_full { RECORD_OVERWRITE, RECORD_STOP };
struct record_header {
	char magic[8];
	uint32_t version;
	uint32_t full;         /* enum record_full: what happens at the bound */
	uint32_t stories;      /* entries, from RECORD_HEADER_BYTES on */
	uint32_t chunks;       /* from RECORD_HEADER_BYTES + stories * RECORD_STORY_BYTES on */
	uint32_t payload;      /* bytes kept per call */
	uint32_t control;      /* 1: paused, no chunk is claimed and nothing counted as lost */
	int64_t mono_ns;       /* CLOCK_MONOTONIC and ... */
	int64_t real_ns;       /* CLOCK_REALTIME of one moment */
	char host[64];         /* ends in NUL, as all texts here */
	char options[1024];    /* "NAME=value", one a line, those that were given */
	uint64_t story_ticket; /* these are added to atomically: stories told so far, */
	uint64_t chunk_ticket; /* chunks claimed so far, */
	uint64_t lost;         /* events for which there was no room, */
	uint64_t overwritten;  /* events in chunks that were reused, */
	uint64_t process;      /* processes so far; exec makes another one of the same */
};
_Static_assert(sizeof(struct record_header) <= RECORD_HEADER_BYTES, "one page");

/* Ticket t, counted from 1, lies in chunk (t - 1) % chunks. */
struct record_chunk {
	uint64_t turn;     /* record_turn.h: whose it is, and how much of it is given out */
	uint32_t claiming; /* somebody is taking possession: since when, s of CLOCK_MONOTONIC + 1 */
	uint32_t process, pid, tid;
	int64_t claimed_ns; /* CLOCK_MONOTONIC; no event in it ended before */
	int64_t real_ns;    /* CLOCK_REALTIME at that moment: a reboot may lie before this chunk */
	char prog[64];
	uint64_t written; /* a turn with writers, and since when it is that one */
	uint32_t written_s, more[3];
};
_Static_assert(sizeof(struct record_chunk) == 128, "two cache lines");

enum record_kind { RECORD_PENDING = 1, RECORD_CALL, RECORD_CALL_TO };

/*
 * Behind it: of RECORD_CALL_TO the address that the call named or was told; then the payload, up to
 * the next multiple of 8; then, of an AF_UNIX address that the call named, its name as a text.
 */
struct record {
	uint64_t head;            /* record_head(); stored last */
	int64_t start_ns, end_ns; /* CLOCK_MONOTONIC */
	uint64_t conn;            /* the connection's key within its process; 0: not known */
	int32_t fd, ret;
	uint32_t asked, flags; /* by call: record_call.def; asked: UINT32_MAX or more */
};
_Static_assert(sizeof(struct record) == 48, "at most 64 bytes an event");

#endif
