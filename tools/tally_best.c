/* SPDX-License-Identifier: MIT */
/* See tally_best.h.  A list that is full is sorted and loses its worse half. */
#include "tally_best.h"

#include <stdlib.h>

/* Of the shown, so many at least are there for having failed, and for their bytes. */
enum { SHARE = TALLY_SHOWN / 3 };

typedef int order(const void *, const void *);

static const struct tally_conn *at(const void *item)
{
	return *(struct tally_conn *const *)item;
}

static int by_id(const struct tally_conn *x, const struct tally_conn *y)
{
	return x->conn.id < y->conn.id ? -1 : x->conn.id > y->conn.id;
}

static int more_first(uint64_t x, uint64_t y)
{
	return x < y ? 1 : x > y ? -1 : 0;
}

static int by_time(const void *a, const void *b)
{
	const struct tally_conn *x = at(a), *y = at(b);
	int c = more_first(tally_conn_lost_ns(x), tally_conn_lost_ns(y));

	return c ? c : by_id(x, y);
}

static int by_bytes(const void *a, const void *b)
{
	const struct tally_conn *x = at(a), *y = at(b);
	int c = more_first(x->bytes_in + x->bytes_out, y->bytes_in + y->bytes_out);

	return c ? c : by_id(x, y);
}

/* When it was over is when it had failed, but for what was done in the meantime. */
static int by_failure(const void *a, const void *b)
{
	const struct tally_conn *x = at(a), *y = at(b);

	if (x->turn.at != y->turn.at)
		return x->turn.at < y->turn.at ? -1 : 1;
	return by_id(x, y);
}

static int for_the_eye(const void *a, const void *b)
{
	int c = tally_conn_failed(at(b)) - tally_conn_failed(at(a));

	return c ? c : by_time(a, b);
}

static order *const order_of[TALLY_LISTS] = {
	[TALLY_FAILED] = by_failure, [TALLY_TIME] = by_time, [TALLY_BYTES] = by_bytes};

void tally_best_release(struct tally_conn *c)
{
	if (c && !--c->refs)
		free(c);
}

static void keep(struct tally_best *best, enum tally_list list, struct tally_conn *c)
{
	if (best->count == 2 * TALLY_SHOWN) {
		qsort(best->kept, best->count, sizeof(*best->kept), order_of[list]);
		while (best->count > TALLY_SHOWN)
			tally_best_release(best->kept[--best->count]);
	}
	best->kept[best->count++] = c;
	c->refs++;
}

void tally_best_offer(struct tally_best best[TALLY_LISTS], struct tally_conn *c)
{
	if (best[TALLY_FIRST].count <= TALLY_SHOWN)
		keep(&best[TALLY_FIRST], TALLY_FIRST, c);
	if (tally_conn_failed(c))
		keep(&best[TALLY_FAILED], TALLY_FAILED, c);
	keep(&best[TALLY_TIME], TALLY_TIME, c);
	keep(&best[TALLY_BYTES], TALLY_BYTES, c);
}

void tally_best_free(struct tally_best best[TALLY_LISTS])
{
	for (int list = 0; list < TALLY_LISTS; list++)
		while (best[list].count)
			tally_best_release(best[list].kept[--best[list].count]);
}

/* Moves on to out what is not there yet, until out holds `most`. */
static unsigned pick(
	struct tally_best *best, struct tally_conn **out, unsigned count, unsigned most)
{
	for (unsigned i = 0; i < best->count && count < most; i++) {
		unsigned k = 0;

		while (k < count && out[k] != best->kept[i])
			k++;
		if (k == count)
			out[count++] = best->kept[i];
	}
	return count;
}

unsigned tally_best_pick(struct tally_best best[TALLY_LISTS], struct tally_conn *out[TALLY_SHOWN])
{
	unsigned count;

	for (int list = TALLY_FAILED; list < TALLY_LISTS; list++)
		qsort(best[list].kept, best[list].count, sizeof(*out), order_of[list]);
	if (best[TALLY_FIRST].count <= TALLY_SHOWN) {
		count = pick(&best[TALLY_FIRST], out, 0, TALLY_SHOWN);
	} else {
		count = pick(&best[TALLY_FAILED], out, 0, SHARE);
		count = pick(&best[TALLY_BYTES], out, count, count + SHARE);
		count = pick(&best[TALLY_TIME], out, count, TALLY_SHOWN);
	}
	qsort(out, count, sizeof(*out), for_the_eye);
	return count;
}
