/* SPDX-License-Identifier: MIT */
/*
 * The account of a recording: per connection (tally_conn.h, tally_turn.h), per peer, per process
 * (tally_process.h), and in all.  Nothing is printed here.  Its memory grows with the connections
 * that live at one time and with nothing else: of those that ended, some are kept.
 */
#ifndef PEERLESS_TOOLS_TALLY_H
#define PEERLESS_TOOLS_TALLY_H

#include "tally_conn.h"
#include "tally_peers.h"
#include "tally_process.h"

enum { TALLY_SHOWN = 20 };

/* Which connections are worth a look, each list with its own order. */
enum tally_list {
	TALLY_FIRST,  /* in the order in which they ended: all, where they are few */
	TALLY_FAILED, /* the earlier the better: what follows may be its consequence */
	TALLY_TIME,   /* time lost */
	TALLY_BYTES,
	TALLY_LISTS
};

struct tally_best {
	struct tally_conn *kept[2 * TALLY_SHOWN];
	unsigned count;
};

/* Where a connection's time goes. */
enum tally_part { PART_PEER, PART_PROGRAM, PART_SENDING, PART_CONNECTING, PART_QUIET, PART_COUNT };

struct tally {
	uint64_t events, lost, open;
	int64_t first_ns, last_ns; /* of all events; meaningless without any */
	struct tally_sum sum;
	struct tally_peers peers;
	struct tally_processes processes;
	struct tally_best best[TALLY_LISTS];
	struct tally_conn *most[PART_COUNT]; /* which has the most of it; NULL: none has any */
	struct tally_conn *alive;
	/* Time spent in the wait family, by thread; a newcomer may take another's place. */
	struct tally_thread {
		uint32_t process, tid;
		uint64_t waited_ns;
	} thread[1024];
};

struct tally *tally_new(void);
void tally_event(struct tally *t, const struct event *e);
/* The recording is over: connections that are still open end here. */
void tally_end(struct tally *t);
void tally_free(struct tally *t);

uint64_t tally_part_of(const struct tally_conn *c, enum tally_part part);

#endif
