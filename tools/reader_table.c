/* SPDX-License-Identifier: MIT */
/* See reader_table.h.  Linear probing; at most half of the slots are taken. */
#include "reader_table.h"

#include <stdlib.h>

#include "util.h"

enum { SIZE_MIN = 64 };

static size_t place(const struct reader_table *t, uint32_t high, uint64_t low)
{
	uint64_t h = (low ^ (uint64_t)high << 32) * 0x9e3779b97f4a7c15ull;

	return (size_t)(h ^ h >> 32) & (t->size - 1);
}

/* The slot of this pair, or the free one where it would be. */
static struct reader_table_slot *find(const struct reader_table *t, uint32_t high, uint64_t low)
{
	size_t i = place(t, high, low);

	while (t->slot[i].value && (t->slot[i].low != low || t->slot[i].high != high))
		i = (i + 1) & (t->size - 1);
	return &t->slot[i];
}

void *reader_table_get(const struct reader_table *t, uint32_t high, uint64_t low)
{
	return t->size ? find(t, high, low)->value : NULL;
}

static void grow(struct reader_table *t)
{
	struct reader_table old = *t;

	t->size = old.size ? old.size * 2 : SIZE_MIN;
	t->slot = die_if_null(calloc(t->size, sizeof(*t->slot)));
	for (size_t i = 0; i < old.size; i++)
		if (old.slot[i].value)
			*find(t, old.slot[i].high, old.slot[i].low) = old.slot[i];
	free(old.slot);
}

void reader_table_put(struct reader_table *t, uint32_t high, uint64_t low, void *value)
{
	struct reader_table_slot *s;

	if (t->count >= t->size / 2)
		grow(t);
	s = find(t, high, low);
	t->count += !s->value;
	*s = (struct reader_table_slot){.high = high, .low = low, .value = value};
}

/* What was put behind the slot for want of it moves up. */
static void close_gap(struct reader_table *t, size_t gap)
{
	size_t mask = t->size - 1;

	for (size_t i = (gap + 1) & mask; t->slot[i].value; i = (i + 1) & mask) {
		size_t home = place(t, t->slot[i].high, t->slot[i].low);

		if (((i - home) & mask) < ((i - gap) & mask))
			continue;
		t->slot[gap] = t->slot[i];
		gap = i;
	}
	t->slot[gap].value = NULL;
}

void *reader_table_remove(struct reader_table *t, uint32_t high, uint64_t low)
{
	struct reader_table_slot *s = t->size ? find(t, high, low) : NULL;
	void *value = s ? s->value : NULL;

	if (!value)
		return NULL;
	t->count--;
	close_gap(t, (size_t)(s - t->slot));
	return value;
}
