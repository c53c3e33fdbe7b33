/* SPDX-License-Identifier: MIT */
/*
 * The judge's two promises over thousands of lives by chance: a peer that answers is never called
 * dead, whatever the path and the sampling do to it; and one that does not is found in time.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "judge_world.h"

enum { LIVES = 600, BOUNDS_A_LIFE = 25, KERNEL_RTO_MAX_MS = 120000 };

/* DESIGN.md 7 */
static const struct {
	int within, rto_max;
} armed[] = {{2000, 1000}, {5000, 1000}, {20000, 1333}};

struct watching {
	struct judge_bounds bounds;
	struct judge memory;
	struct judgement judgement;
	int next;
	bool pauses; /* the sentinel itself is stopped now and then */
};

static void watch(struct watching *s, struct world *w)
{
	struct sockdiag_socket socket = world_look(w);

	s->judgement = judge(&s->memory, &s->bounds, 1 + w->now, &socket);
	/* Never dated earlier than it was, but for the timer's own lateness. */
	if (s->memory.unanswered_ms &&
		(!w->first || s->memory.unanswered_ms - 1 + JIFFY_MS <= w->first))
		fail_msg("role %d, within %d: %d is dated %d", w->role, (int)s->bounds.within,
			w->first, (int)s->memory.unanswered_ms - 1);
	s->next = w->now + (int)s->judgement.look_ms + world_chance(w, 30);
	if (s->pauses && !world_chance(w, 200))
		s->next += world_chance(w, 3 * (int)s->bounds.within);
}

static struct world born(int life, int within, int rto_max)
{
	struct world w = {
		.now = JIFFY_MS, .chance = life * 7919u + within, .answer = NEVER, .timer = NEVER};

	w.role = world_chance(&w, ROLES);
	w.write_ms = 10 + world_chance(&w, within / 2);
	w.keepalive_ms = world_chance(&w, 2) ? within / 2 : 0;
	w.rto_max_ms = rto_max;
	w.rtt_ms = 1 + world_chance(&w, 50);
	w.delayed_ms = world_chance(&w, 2) ? 200 : 0;
	w.outage_from = w.outage_until = NEVER;
	w.pause = RTO_MIN_MS;
	world_answered(&w); /* of the handshake */
	return w;
}

/* An outage of half the bound, and the next one after an answer. */
static void break_path(struct world *w, int within)
{
	if (w->outage_until != NEVER && w->heard < w->outage_until)
		return;
	w->outage_from = w->now + world_chance(w, 2 * within);
	w->outage_until = w->outage_from + within / 2;
}

static void live(int life, int within, int rto_max, bool lossy)
{
	struct world w = born(life, within, rto_max);
	struct watching s = {.bounds = {.within = within}, .pauses = life % 2};

	w.rtt_ms = 1 + world_chance(&w, life % 3 ? 50 : 1000);
	if (life % 5 == 0) /* idle for longer than any bound, and then a byte: no keepalive */
		w.write_ms = within + world_chance(&w, 3 * within), w.keepalive_ms = 0;
	if (lossy)
		w.lost = within >= 20000 ? 200 : 20;
	while (w.now < BOUNDS_A_LIFE * within) {
		if (!lossy && (w.outage_until == NEVER || w.now >= w.outage_until))
			break_path(&w, within);
		world_step(&w);
		if (w.now < s.next)
			continue;
		watch(&s, &w);
		if (s.judgement.state == JUDGE_DEAD)
			fail_msg("life %d, role %d, within %d, rto_max %d, lossy %d: dead at %d by "
				 "%s",
				life, w.role, within, rto_max, lossy, w.now,
				verdict_method(s.judgement.method));
	}
}

static void who_answers_is_never_dead(void **state)
{
	(void)state;
	for (int life = 0; life < LIVES; life++) {
		int i = life % 3;

		live(life, armed[i].within, armed[i].rto_max, false);
		live(life, armed[i].within, armed[i].rto_max, true);
		live(life, armed[i].within, KERNEL_RTO_MAX_MS, false);
	}
}

/* How long after the path's end the verdict comes; never before the whole bound. */
static void die(int life, int within, int rto_max)
{
	struct world w = born(life, within, rto_max);
	struct watching s = {.bounds = {.within = within}};
	int end = 2 * within + world_chance(&w, 3 * within);

	if (w.role == QUIET) /* the kernel ends it */
		return;
	if (w.role == WRITER)
		w.keepalive_ms = within / 2;
	w.outage_from = end;
	for (;;) {
		world_step(&w);
		if (w.now < s.next)
			continue;
		watch(&s, &w);
		if (s.judgement.state == JUDGE_DEAD)
			break;
		if (w.now > end + within * 12 / 10 + 1000)
			fail_msg("life %d, role %d, within %d: not found by %d", life, w.role,
				within, w.now - end);
	}
	assert_true(w.now - w.heard >= within);
}

static void who_does_not_is_found(void **state)
{
	(void)state;
	for (int life = 0; life < LIVES; life++)
		die(life, armed[life % 3].within, armed[life % 3].rto_max);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_answers_is_never_dead),
		cmocka_unit_test(who_does_not_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
