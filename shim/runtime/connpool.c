/* SPDX-License-Identifier: MIT */
/*
 * A Treiber stack over a bump allocator.  The counter in the free word's high half changes with
 * every operation, so an index that came back meanwhile is not taken for the old one (ABA).
 */
#include "runtime/connpool.h"

#include <stddef.h>
#include <string.h>

static struct connpool *pool;

uint64_t connpool_bytes(uint32_t count)
{
	return sizeof(struct connpool) + (uint64_t)count * sizeof(struct conn);
}

void connpool_place(void *memory, uint32_t count)
{
	pool = memory;
	pool->size = count;
}

bool connpool_trim(uint64_t count)
{
	if (atomic_load(&pool->used) + 1 >= count)
		return false;
	pool->size = (uint32_t)count;
	return true;
}

static uint32_t pop_free(void)
{
	uint64_t first = atomic_load(&pool->free);
	uint64_t next;

	do {
		if (!(uint32_t)first)
			return 0;
		next = ((first >> 32) + 1) << 32 | pool->conn[(uint32_t)first].next_free;
	} while (!atomic_compare_exchange_weak(&pool->free, &first, next));
	return (uint32_t)first;
}

static uint32_t bump(void)
{
	uint32_t used = atomic_load(&pool->used);

	do {
		if (used + 1 >= pool->size) /* index 0 means none */
			return 0;
	} while (!atomic_compare_exchange_weak(&pool->used, &used, used + 1));
	return used + 1;
}

fdtab_word connpool_take(uint32_t flags)
{
	uint32_t i = pop_free();
	struct conn *c;

	if (!i)
		i = bump();
	if (!i)
		return fdtab_make(flags, 0, 0);
	c = &pool->conn[i];
	memset((char *)c + offsetof(struct conn, next_free), 0,
		sizeof(*c) - offsetof(struct conn, next_free));
	atomic_store(&c->holders, 1);
	return fdtab_make(flags, i, atomic_load(&c->generation));
}

struct conn *connpool_get(fdtab_word w)
{
	uint32_t i = fdtab_conn(w);
	struct conn *c;

	if (!fdtab_is_socket(w) || !i || i >= pool->size)
		return NULL;
	c = &pool->conn[i];
	return atomic_load(&c->generation) == fdtab_generation(w) ? c : NULL;
}

uint64_t connpool_key(const struct conn *c)
{
	return (uint64_t)(c - pool->conn) | (uint64_t)c->generation << 24;
}

bool connpool_hold(fdtab_word w)
{
	struct conn *c = connpool_get(w);
	uint32_t n = c ? atomic_load(&c->holders) : 0;

	do {
		if (!n)
			return false;
	} while (!atomic_compare_exchange_weak(&c->holders, &n, n + 1));
	if (connpool_get(w))
		return true;
	atomic_fetch_sub(&c->holders, 1); /* it ended and began anew meanwhile: not ours */
	return false;
}

int connpool_drop(fdtab_word w)
{
	struct conn *c = connpool_get(w);

	return c && atomic_fetch_sub(&c->holders, 1) == 1;
}

void connpool_free(fdtab_word w)
{
	uint32_t i = fdtab_conn(w);
	struct conn *c = connpool_get(w);
	uint64_t first, next;

	if (!c)
		return;
	atomic_store(&c->generation, (fdtab_generation(w) + 1) & 0xffffff);
	first = atomic_load(&pool->free);
	do {
		c->next_free = (uint32_t)first;
		next = ((first >> 32) + 1) << 32 | i;
	} while (!atomic_compare_exchange_weak(&pool->free, &first, next));
}

void connpool_watch(struct conn *c)
{
	atomic_store(&c->watched, atomic_load(&pool->errors_told) + 1);
	atomic_store(&pool->watched_since, true);
}

/* News only where a connection came after the last one: whose process this is, is asked then. */
void connpool_note_error(void)
{
	if (!atomic_load(&pool->watched_since) || !fdtab_mine())
		return;
	atomic_store(&pool->watched_since, false);
	atomic_fetch_add(&pool->errors_told, 1);
}

bool connpool_error_noted(const struct conn *c)
{
	uint32_t watched = atomic_load(&c->watched);

	return watched && watched != atomic_load(&pool->errors_told) + 1;
}
