/* SPDX-License-Identifier: MIT */
/*
 * The recorder counts first and signs a chunk afterwards.  So whatever is counted by a moment is in
 * chunks that were claimed by then; where one was not looked at yet, all that was read in its place
 * is taken for overwritten.  That says too little at times, which a later look makes good, and
 * never too much.
 */
#include "reader_loss.h"

#include "util.h"

void reader_loss_start(struct reader_loss *l, const struct reader_file *f)
{
	*l = (struct reader_loss){.chunks = f->header.chunks,
		.stories = f->header.stories,
		.places = reader_file_chunks(f)};
	l->read = die_if_null(calloc(l->places, sizeof(*l->read)));
}

void reader_loss_end(struct reader_loss *l)
{
	free(l->read);
}

/* What was read in the ticket's place. */
static uint16_t *place_of(const struct reader_loss *l, uint64_t ticket)
{
	static uint16_t nowhere;
	uint64_t place = (ticket - 1) % l->chunks;

	nowhere = 0;
	return place < l->places ? &l->read[place] : &nowhere;
}

void reader_loss_read(struct reader_loss *l, uint64_t ticket, uint32_t events)
{
	*place_of(l, ticket) += (uint16_t)events;
}

void reader_loss_reused(struct reader_loss *l, uint64_t ticket)
{
	uint16_t *read = place_of(l, ticket);

	l->in_time += *read;
	*read = 0;
}

/* Is the place that of one of these tickets?  A header may promise more than can be counted. */
static bool is_among(const struct reader_loss *l, uint32_t place, uint64_t first, uint64_t last)
{
	uint64_t ahead = (l->chunks + (uint64_t)place - (first - 1) % l->chunks) % l->chunks;

	return first + ahead <= last;
}

void reader_loss_missed(struct reader_loss *l, uint64_t first, uint64_t last)
{
	for (uint32_t place = 0; place < l->places; place++)
		if (is_among(l, place, first, last))
			reader_loss_reused(l, place + 1ull);
}

/* What was read where tickets lie that were not looked at. */
static uint64_t in_doubt(const struct reader_loss *l, uint64_t first, uint64_t last)
{
	uint64_t sum = 0;

	for (uint32_t place = 0; place < l->places; place++)
		sum += is_among(l, place, first, last) ? l->read[place] : 0;
	return sum;
}

static uint64_t minus(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

/* What there is now beyond what was told; a damaged file may count to any number. */
static uint64_t untold(uint64_t *told, uint64_t all)
{
	uint64_t more = minus(all, *told);

	*told += more;
	return more;
}

uint64_t reader_loss_overwritten(
	struct reader_loss *l, const struct reader_counters *c, uint64_t stories, uint64_t next)
{
	uint64_t records = minus(c->overwritten, minus(c->stories, l->stories)), all;

	records = minus(records, l->in_time + in_doubt(l, next, c->chunks));
	if (__builtin_add_overflow(records, stories, &all))
		all = UINT64_MAX;
	return untold(&l->overwritten_told, all);
}

uint64_t reader_loss_lost(struct reader_loss *l, const struct reader_counters *c)
{
	return untold(&l->lost_told, c->lost);
}
