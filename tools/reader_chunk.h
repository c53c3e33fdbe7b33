/* SPDX-License-Identifier: MIT */
/*
 * A chunk that is being read: its records in the order in which they ended, one at a time.  Its
 * writer may be at it: what is begun but not committed is waited for, and what was committed is
 * never seen half.
 *
 * A signal handler that interrupts a thread between the end of a call and its record writes its own
 * records first, so a chunk is sorted as far as it has been read.
 */
#ifndef PEERLESS_TOOLS_READER_CHUNK_H
#define PEERLESS_TOOLS_READER_CHUNK_H

#include "reader_file.h"
#include "record_turn.h"

/* A record that was begun is given up when what lies behind it ended so long ago. */
#define READER_PATIENCE_NS 100000000

enum reader_chunk_state {
	CHUNK_CLAIMED, /* somebody has its ticket, and has not signed it yet */
	CHUNK_SIGNED,  /* nothing was read yet */
	CHUNK_READY,   /* there is a record */
	CHUNK_WAITING, /* there is one behind one that was begun */
	CHUNK_LATER,   /* nothing yet */
	CHUNK_OVER,    /* nothing more */
	CHUNK_REUSED,  /* nothing more, as another ticket lies there now */
	CHUNK_DAMAGED, /* what follows is not to be understood */
};

struct reader_chunk_run; /* what was read of it */

struct reader_chunk {
	enum reader_chunk_state state;
	uint32_t ticket;
	/* REALTIME; no event ended before: the next record's end, or when it was claimed. */
	int64_t key_ns;
	int64_t shift_ns;         /* of its times, to REALTIME */
	int64_t quiet_ns;         /* since when it is full and nothing came; 0: it is not */
	uint32_t at;              /* where to read on */
	uint32_t read;            /* records found by the last reader_chunk_load() */
	struct record_chunk head; /* as it was signed */
	const char *prog;         /* whose it is; not ours to free */
	struct reader_chunk_run *run;
};

/* A record, checked: all that it says is in its bytes, start_ns <= end_ns, both in range. */
struct reader_chunk_record {
	const struct record *record;
	uint32_t call, error, payload_bytes;
	const struct endpoint *address; /* NULL: none */
	const char *name;               /* of an AF_UNIX address; NULL: none */
	const unsigned char *payload;   /* NULL: none */
};

/* What a chunk says of itself; the ticket in it: 0 while it is cleared, or left alone since. */
uint32_t reader_chunk_look(const struct reader_file *f, uint32_t ticket, struct record_chunk *head);

/* The caller frees it by reader_chunk_free(). */
struct reader_chunk *reader_chunk_new(uint32_t ticket);
void reader_chunk_free(struct reader_chunk *c);

/* Somebody has signed it. */
void reader_chunk_sign(struct reader_chunk *c, const struct record_chunk *head, const char *prog,
	int64_t shift_ns);

/* Reads on and sets state and key.  now: CLOCK_MONOTONIC; INT64_MAX: nobody writes any more. */
void reader_chunk_load(struct reader_chunk *c, const struct reader_file *f, int64_t now);

/* CHUNK_READY: the next record, good until reader_chunk_skip() or reader_chunk_free(). */
struct reader_chunk_record reader_chunk_peek(const struct reader_chunk *c);
/* Past it.  False: that was the last that was read; state is CHUNK_SIGNED, to be loaded again. */
bool reader_chunk_skip(struct reader_chunk *c);

/* The next record's end by CLOCK_MONOTONIC. */
static inline int64_t reader_chunk_end(const struct reader_chunk *c)
{
	return c->key_ns - c->shift_ns;
}

#endif
