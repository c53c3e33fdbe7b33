/* SPDX-License-Identifier: MIT */
/* Chunks, the one with the least key on top. */
#ifndef PEERLESS_TOOLS_READER_HEAP_H
#define PEERLESS_TOOLS_READER_HEAP_H

#include "reader_chunk.h"

struct reader_heap {
	struct reader_chunk **at; /* at[0] is the top */
	size_t count, size;
};

void reader_heap_push(struct reader_heap *h, struct reader_chunk *c);
struct reader_chunk *reader_heap_pop(struct reader_heap *h);
/* The key of the i-th has grown. */
void reader_heap_sink(struct reader_heap *h, size_t i);

#endif
