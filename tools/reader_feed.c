/* SPDX-License-Identifier: MIT */
/* See reader_feed.h. */
#include "reader_feed.h"

#include "record_turn.h"
#include "util.h"

/* The first ticket of the lap that ends with `last`. */
static uint64_t lap_start(const struct reader_feed *d, uint64_t last)
{
	return last < d->chunks ? 1 : last - d->chunks + 1;
}

static void add_old(struct reader_feed *d, uint32_t ticket)
{
	if (d->old_count == d->old_size) {
		d->old_size = d->old_size ? d->old_size * 2 : 16;
		d->old = die_if_null(reallocarray(d->old, d->old_size, sizeof(*d->old)));
	}
	d->old[d->old_count++] = ticket;
}

/* One look at all chunks; the newest ticket that is in one. */
static uint64_t look_at_all(struct reader_feed *d, const struct reader_file *f)
{
	uint64_t newest = 0, turn, ticket;

	d->old_count = d->damaged = 0;
	for (uint32_t place = 0; place < d->places; place++) {
		turn = 0;
		reader_file_read(f, &turn, sizeof(turn), reader_file_chunk(f, place + 1ull));
		ticket = record_turn_ticket(turn);
		if (!ticket)
			continue;
		if ((ticket - 1) % d->chunks != place)
			d->damaged++;
		else if (ticket < d->next)
			add_old(d, (uint32_t)ticket);
		else if (ticket > newest)
			newest = ticket;
	}
	return newest;
}

static int compare(const void *a, const void *b)
{
	const uint32_t *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

void reader_feed_start(struct reader_feed *d, const struct reader_file *f, uint64_t tickets)
{
	uint64_t newest;

	*d = (struct reader_feed){
		.last = tickets, .chunks = f->header.chunks, .places = reader_file_chunks(f)};
	d->next = lap_start(d, tickets);
	newest = look_at_all(d, f);
	/* After a power cut the header may be older than the chunks. */
	if (newest > d->last) {
		d->last = newest;
		d->next = lap_start(d, newest);
		look_at_all(d, f);
	}
	if (d->old_count)
		qsort(d->old, d->old_count, sizeof(*d->old), compare);
}

void reader_feed_end(struct reader_feed *d)
{
	free(d->old);
}

void reader_feed_more(struct reader_feed *d, struct reader_loss *l, uint64_t tickets)
{
	uint64_t first;

	if (tickets <= d->last)
		return;
	d->last = tickets;
	first = lap_start(d, tickets);
	if (first > d->next) {
		reader_loss_missed(l, d->next, first - 1);
		d->next = first;
	}
}

uint32_t reader_feed_next(struct reader_feed *d)
{
	uint64_t place;

	if (d->old_next < d->old_count)
		return d->old[d->old_next++];
	place = (d->next - 1) % d->chunks;
	if (place >= d->places) /* not in the file: to where the ring begins again */
		d->next += d->chunks - place;
	return d->next <= d->last ? (uint32_t)d->next++ : 0;
}
