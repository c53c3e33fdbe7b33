/* SPDX-License-Identifier: MIT */
/*
 * A hash table from a pair of numbers to a pointer, which is not NULL.  It grows with what is in it
 * at one time.
 */
#ifndef PEERLESS_TOOLS_READER_TABLE_H
#define PEERLESS_TOOLS_READER_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct reader_table_slot {
	uint32_t high;
	uint64_t low;
	void *value; /* NULL: free */
};

struct reader_table {
	struct reader_table_slot *slot;
	size_t size; /* a power of two, or 0 */
	size_t count;
};

void *reader_table_get(const struct reader_table *t, uint32_t high, uint64_t low);
/* In the place of what may be there. */
void reader_table_put(struct reader_table *t, uint32_t high, uint64_t low, void *value);
/* What was there; NULL: nothing. */
void *reader_table_remove(struct reader_table *t, uint32_t high, uint64_t low);

#endif
