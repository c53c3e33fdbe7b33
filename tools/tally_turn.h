/* SPDX-License-Identifier: MIT */
/*
 * Whose turn it is.  Every moment of a connection, from when it is up, belongs to one of four:
 *
 * sending   in a call that sends; and from a send that could not send all (EAGAIN, or less than it
 *           was asked) to the end of the next one
 * peer      from the end of a send, or from the start, to the end of the receive that brought what
 *           came next: bytes, the end of stream or an error.  Between two receives, what the thread
 *           spent in poll, select and epoll_wait, or from a receive on that found nothing
 * program   from a receive or a send to the start of the next send; between two receives what is
 *           not the peer's
 * quiet     from the last of these calls to the end
 *
 * So a gap belongs to whoever ends it.  It takes data calls alone to tell, so that programs which
 * block, poll or epoll read alike.  Where calls of several threads overlap, the one that ended
 * first counts for as long as it took, and the other for the rest.  Times are CLOCK_REALTIME.
 */
#ifndef PEERLESS_TOOLS_TALLY_TURN_H
#define PEERLESS_TOOLS_TALLY_TURN_H

#include <stdbool.h>
#include <stdint.h>

struct tally_turn {
	uint64_t program_ns, peer_ns, sending_ns;
	int64_t at;   /* all before is accounted for */
	bool sent;    /* since then the peer has the word */
	bool blocked; /* since then a send is to be continued */
	bool empty;   /* a receive found nothing, first at: */
	int64_t empty_ns;
	uint32_t tid;
	uint64_t waited_ns; /* by this thread until then */
};

/* A call on the connection, and what its thread has spent in the wait family so far. */
struct tally_turn_call {
	int64_t start_ns, end_ns;
	uint32_t tid;
	uint64_t waited_ns;
};

/* How long from one moment to a later one; 0 where it is not later. */
static inline uint64_t tally_turn_between(int64_t from, int64_t to)
{
	return to > from ? (uint64_t)to - (uint64_t)from : 0;
}

void tally_turn_start(struct tally_turn *t, int64_t ns);
void tally_turn_received(struct tally_turn *t, const struct tally_turn_call *c);
void tally_turn_found_nothing(struct tally_turn *t, const struct tally_turn_call *c);
void tally_turn_sent(struct tally_turn *t, const struct tally_turn_call *c, bool all);
/* The end: returns quiet_ns. */
uint64_t tally_turn_end(struct tally_turn *t, int64_t ns);

#endif
