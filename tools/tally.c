/* SPDX-License-Identifier: MIT */
/*
 * See tally.h.  A connection's account hangs at connection.user while it lives, and in the list
 * `alive`; when it has ended it is counted, and then held only by the lists that want it.
 */
#include "tally.h"

#include <string.h>

#include "tally_best.h"
#include "util.h"

struct tally *tally_new(void)
{
	return die_if_null(calloc(1, sizeof(struct tally)));
}

/* What the event's thread has spent in the wait family, this event included. */
static uint64_t waited(struct tally *t, const struct event *e)
{
	struct tally_thread *thread = &t->thread[(e->tid ^ e->process << 7) % 1024];

	if (thread->process != e->process || thread->tid != e->tid)
		*thread = (struct tally_thread){e->process, e->tid, 0};
	if (e->kind == EVENT_CALL && e->class == CLASS_WAIT)
		thread->waited_ns += tally_turn_between(e->start_ns, e->end_ns);
	return thread->waited_ns;
}

static struct tally_conn *account_of(struct tally *t, const struct event *e)
{
	struct tally_conn *c = e->conn->user;

	if (c)
		return c;
	c = tally_conn_new(e);
	c->next = t->alive;
	if (c->next)
		c->next->prev = c;
	t->alive = e->conn->user = c;
	c->refs = 1;
	return c;
}

uint64_t tally_part_of(const struct tally_conn *c, enum tally_part part)
{
	switch (part) {
	case PART_PEER: return c->turn.peer_ns;
	case PART_PROGRAM: return c->turn.program_ns;
	case PART_SENDING: return c->turn.sending_ns;
	case PART_CONNECTING: return c->connecting_ns;
	default: return c->quiet_ns;
	}
}

static void compare(struct tally *t, struct tally_conn *c)
{
	for (int part = 0; part < PART_COUNT; part++) {
		uint64_t most = t->most[part] ? tally_part_of(t->most[part], part) : 0;

		if (tally_part_of(c, part) <= most)
			continue;
		tally_best_release(t->most[part]);
		t->most[part] = c;
		c->refs++;
	}
}

static void end(struct tally *t, struct tally_conn *c, int64_t ns, bool closed)
{
	tally_conn_end(c, ns, closed);
	if (c->prev)
		c->prev->next = c->next;
	else
		t->alive = c->next;
	if (c->next)
		c->next->prev = c->prev;
	if (tally_conn_counts(c)) {
		t->open += !closed && !c->error;
		tally_peers_sum(&t->sum, c);
		tally_peers_count(&t->peers, c);
		tally_best_offer(t->best, c);
		compare(t, c);
	}
	tally_best_release(c);
}

/*
 * A process ends, or its image does: exec makes another of the same pid.  Of those kept the
 * youngest may be gone already (tally_process.h); then nobody is left to whom an exit would belong.
 */
static void note_end(struct tally *t, const struct event *e, bool exit)
{
	struct tally_processes *all = &t->processes;

	for (unsigned i = 0; i < all->count; i++) {
		struct tally_process *p = all->kept[i];

		if (p->pid != e->pid || p->ended || (!exit && p->process == e->process))
			continue;
		p->ended = true;
		p->exited = exit;
		p->status = e->story->program.value;
		if (e->end_ns > p->last_ns)
			p->last_ns = e->end_ns;
	}
}

static void note_process(struct tally *t, const struct event *e)
{
	unsigned kind = e->story->head & 0xff;

	if (kind == STORY_START || kind == STORY_EXEC || kind == STORY_EXIT)
		note_end(t, e, kind == STORY_EXIT);
	/* It is another that has seen an exit. */
	if (kind != STORY_EXIT)
		tally_process_event(tally_process_of(&t->processes, e), e);
}

void tally_event(struct tally *t, const struct event *e)
{
	uint64_t by_thread = waited(t, e);

	if (!t->events++)
		t->first_ns = e->start_ns, t->last_ns = e->end_ns;
	if (e->start_ns < t->first_ns)
		t->first_ns = e->start_ns;
	if (e->end_ns > t->last_ns)
		t->last_ns = e->end_ns;
	if (e->kind == EVENT_LOST)
		t->lost += e->lost;
	/* A loss that is nobody's in particular has no process. */
	if (e->kind == EVENT_PROCESS)
		note_process(t, e);
	else if (e->pid)
		tally_process_event(tally_process_of(&t->processes, e), e);
	if (!e->conn)
		return;
	tally_conn_event(account_of(t, e), e, by_thread);
	if (e->kind == EVENT_CLOSE) {
		end(t, e->conn->user, e->end_ns, true);
		e->conn->user = NULL;
	}
}

void tally_end(struct tally *t)
{
	while (t->alive)
		end(t, t->alive, t->last_ns, false);
	tally_peers_sort(&t->peers);
	tally_process_sort(&t->processes);
}

void tally_free(struct tally *t)
{
	tally_best_free(t->best);
	for (int part = 0; part < PART_COUNT; part++)
		tally_best_release(t->most[part]);
	tally_process_free(&t->processes);
	free(t);
}
