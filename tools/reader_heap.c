/* SPDX-License-Identifier: MIT */
/* See reader_heap.h.  Of equal keys the older ticket's comes first. */
#include "reader_heap.h"

#include "util.h"

static bool before(const struct reader_chunk *a, const struct reader_chunk *b)
{
	return a->key_ns != b->key_ns ? a->key_ns < b->key_ns : a->ticket < b->ticket;
}

void reader_heap_push(struct reader_heap *h, struct reader_chunk *c)
{
	size_t i;

	if (h->count == h->size) {
		h->size = h->size ? h->size * 2 : 64;
		h->at = die_if_null(reallocarray(h->at, h->size, sizeof(struct reader_chunk *)));
	}
	for (i = h->count++; i && before(c, h->at[(i - 1) / 2]); i = (i - 1) / 2)
		h->at[i] = h->at[(i - 1) / 2];
	h->at[i] = c;
}

void reader_heap_sink(struct reader_heap *h, size_t i)
{
	struct reader_chunk *c = h->at[i];
	size_t child;

	for (; (child = 2 * i + 1) < h->count; i = child) {
		if (child + 1 < h->count && before(h->at[child + 1], h->at[child]))
			child++;
		if (!before(h->at[child], c))
			break;
		h->at[i] = h->at[child];
	}
	h->at[i] = c;
}

struct reader_chunk *reader_heap_pop(struct reader_heap *h)
{
	struct reader_chunk *top = h->at[0];

	h->at[0] = h->at[--h->count];
	if (h->count)
		reader_heap_sink(h, 0);
	return top;
}
