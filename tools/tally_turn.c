/* SPDX-License-Identifier: MIT */
/* See tally_turn.h. */
#include "tally_turn.h"

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void advance(struct tally_turn *t, const struct tally_turn_call *c, bool sent)
{
	t->at = later(c->end_ns, t->at);
	t->sent = sent;
	t->empty = false;
	t->tid = c->tid;
	t->waited_ns = c->waited_ns;
}

/* How much of the gap before this receive was spent waiting for what it brought. */
static uint64_t awaited(const struct tally_turn *t, const struct tally_turn_call *c, uint64_t gap)
{
	if (t->sent)
		return gap;
	if (t->empty)
		return least(gap, tally_turn_between(t->empty_ns, c->start_ns));
	if (t->tid == c->tid && c->waited_ns > t->waited_ns)
		return least(gap, c->waited_ns - t->waited_ns);
	return 0;
}

void tally_turn_start(struct tally_turn *t, int64_t ns)
{
	*t = (struct tally_turn){.at = ns, .sent = true};
}

void tally_turn_received(struct tally_turn *t, const struct tally_turn_call *c)
{
	uint64_t gap = tally_turn_between(t->at, c->start_ns);
	uint64_t waiting = awaited(t, c, gap);

	if (t->blocked)
		return;
	t->peer_ns += waiting + tally_turn_between(later(t->at, c->start_ns), c->end_ns);
	t->program_ns += gap - waiting;
	advance(t, c, false);
}

void tally_turn_found_nothing(struct tally_turn *t, const struct tally_turn_call *c)
{
	if (!t->empty)
		t->empty_ns = c->start_ns;
	t->empty = true;
}

void tally_turn_sent(struct tally_turn *t, const struct tally_turn_call *c, bool all)
{
	uint64_t gap = tally_turn_between(t->at, c->start_ns);

	*(t->blocked ? &t->sending_ns : &t->program_ns) += gap;
	t->sending_ns += tally_turn_between(later(t->at, c->start_ns), c->end_ns);
	t->blocked = !all;
	advance(t, c, true);
}

uint64_t tally_turn_end(struct tally_turn *t, int64_t ns)
{
	uint64_t rest = tally_turn_between(t->at, ns);

	t->at = later(t->at, ns);
	if (!t->blocked)
		return rest;
	t->sending_ns += rest;
	return 0;
}
