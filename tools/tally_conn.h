/* SPDX-License-Identifier: MIT */
/*
 * One connection's account.  All of it is exact as far as events were recorded:
 *
 * opened      start of connect(2), end of accept(2), else start of the first event that names it
 * up          end of the connect(2) that returned 0; where it did not wait, start of the first call
 *             that shows how it went (SO_ERROR read, bytes moved, another connect); else opened
 * connecting  from opened to up, or to the failure
 * lasted      from opened to the close, the failure to connect or the recording's end; it is the
 * sum of connecting and of tally_turn.h's program, peer, sending and quiet first byte  from up to
 * the end of the first receive that brought bytes silence     the longest time in which no call
 * that moved bytes ended, from up to the end failed      a verdict other than "closed", or a
 * connect(2) that failed, where no later one on the same socket went well
 */
#ifndef PEERLESS_TOOLS_TALLY_CONN_H
#define PEERLESS_TOOLS_TALLY_CONN_H

#include "event.h"
#include "tally_turn.h"

enum { TALLY_PROG_MAX = 32 };

struct tally_conn {
	struct connection conn; /* a copy; the reader's may be gone */
	char prog[TALLY_PROG_MAX];
	int fd; /* -1: not known */
	unsigned refs;
	struct tally_conn *next, *prev; /* of those alive; tally.c */
	int64_t opened_ns, up_ns, last_byte_ns;
	uint64_t connecting_ns, lasted_ns, quiet_ns, first_byte_ns, silence_ns;
	struct tally_turn turn;
	uint64_t bytes_in, bytes_out, calls;
	bool dialled;                   /* connect(2) was called and */
	bool pending;                   /* did not wait */
	bool up;                        /* established, as far as is known */
	bool listens;                   /* no connection at all */
	bool answered;                  /* first_byte_ns holds */
	bool eof;                       /* the peer sends no more */
	bool closed;                    /* and not just the recording's end */
	int error;                      /* of connect(2); 0: none */
	struct story_evidence evidence; /* the latest that is known */
	struct story_evidence verdict;  /* the first failure; cause 0: none */
	int64_t verdict_ns;             /* when that was told */
};

/* Makes what the event belongs to; the caller links and owns it. */
struct tally_conn *tally_conn_new(const struct event *e);
/* waited_ns: what the event's thread has spent in the wait family so far. */
void tally_conn_event(struct tally_conn *c, const struct event *e, uint64_t waited_ns);
/* Closes the books. */
void tally_conn_end(struct tally_conn *c, int64_t ns, bool closed);

/*
 * The event's connection; where no story tells the peer, as of one that was never established and
 * of a datagram socket, it is the first address that a call names.
 */
struct connection tally_conn_named(const struct event *e);

bool tally_conn_failed(const struct tally_conn *c);
/* One that moved bytes, was dialled or accepted: not a listener, nor a socket never used. */
bool tally_conn_counts(const struct tally_conn *c);
/* Time in which it was not the program's turn. */
uint64_t tally_conn_lost_ns(const struct tally_conn *c);

#endif
