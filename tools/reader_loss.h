/* SPDX-License-Identifier: MIT */
/*
 * How many events were lost, to the event.  The recording counts those for which there was no room
 * and those that were overwritten; of the latter, the ones that were read before are not lost.  So
 * it is kept how many were read of the chunk that lies in each place: two bytes a chunk.
 */
#ifndef PEERLESS_TOOLS_READER_LOSS_H
#define PEERLESS_TOOLS_READER_LOSS_H

#include "reader_file.h"

struct reader_loss {
	uint16_t *read;           /* events of the chunk in each place that were read, ... */
	uint32_t places;          /* ... of those that are in the file */
	uint32_t chunks, stories; /* that the header promises */
	uint64_t in_time;         /* events that were read before they were overwritten */
	uint64_t overwritten_told, lost_told;
};

void reader_loss_start(struct reader_loss *l, const struct reader_file *f);
void reader_loss_end(struct reader_loss *l);

/* So many events of the ticket's chunk were read, and the chunk was still that ticket's. */
void reader_loss_read(struct reader_loss *l, uint64_t ticket, uint32_t events);
/* The place is the ticket's now, or is being cleared for it. */
void reader_loss_reused(struct reader_loss *l, uint64_t ticket);
/* The same of all these. */
void reader_loss_missed(struct reader_loss *l, uint64_t first, uint64_t last);

/*
 * Events that were overwritten unread and not told yet; they are from now on.  c: counters that
 * were read before the chunks were looked at; stories: that were lost; next: the first ticket whose
 * chunk was not looked at yet.
 */
uint64_t reader_loss_overwritten(
	struct reader_loss *l, const struct reader_counters *c, uint64_t stories, uint64_t next);
/* The same of those for which there was no room. */
uint64_t reader_loss_lost(struct reader_loss *l, const struct reader_counters *c);

#endif
