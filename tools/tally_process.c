/* SPDX-License-Identifier: MIT */
/* See tally_process.h. */
#include "tally_process.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tally_conn.h"
#include "util.h"

static bool is_not_now(int error)
{
	return error == EAGAIN || error == EINTR || error == EINPROGRESS || error == EALREADY;
}

static bool may_be_slow(const struct event *e)
{
	return e->class != CLASS_WAIT && e->call != CALL_accept && e->call != CALL_accept4;
}

static void note_slow(struct tally_process *p, const struct event *e, uint64_t ns)
{
	unsigned at = p->slow_count;

	if (at == TALLY_SLOW && ns <= p->slow[at - 1].ns)
		return;
	if (at < TALLY_SLOW)
		p->slow_count++;
	else
		at--;
	for (; at && p->slow[at - 1].ns < ns; at--)
		p->slow[at] = p->slow[at - 1];
	p->slow[at] = (struct tally_slow){.ns = ns,
		.start_ns = e->start_ns,
		.call = e->call,
		.fd = e->fd,
		.ret = e->ret,
		.error = e->error};
	if (e->conn)
		p->slow[at].conn = tally_conn_named(e);
}

static void count_call(struct tally_process *p, const struct event *e)
{
	uint64_t ns = event_took_ns(e);
	struct tally_call *c = &p->call[e->call];
	bool again = e->ret < 0 && is_not_now(e->error), failed = e->ret < 0 && !again;

	c->count += !e->further;
	c->failed += failed;
	c->again += again;
	c->total_ns += ns;
	c->bytes += (uint64_t)e->bytes;
	if (ns > c->longest_ns)
		c->longest_ns = ns;
	p->calls += !e->further;
	p->failed += failed;
	p->calls_ns += ns;
	if (e->class == CLASS_IN)
		p->bytes_in += (uint64_t)e->bytes;
	else
		p->bytes_out += (uint64_t)e->bytes;
	if (e->class == CLASS_WAIT)
		p->waited_ns += ns;
	if (may_be_slow(e) && !e->further)
		note_slow(p, e, ns);
}

void tally_process_event(struct tally_process *p, const struct event *e)
{
	if (e->start_ns < p->first_ns)
		p->first_ns = e->start_ns;
	if (e->end_ns > p->last_ns)
		p->last_ns = e->end_ns;
	if (e->kind == EVENT_CALL)
		count_call(p, e);
	else if (e->kind == EVENT_LOST)
		p->lost += e->lost;
}

void tally_process_add(struct tally_process *into, const struct tally_process *of)
{
	into->calls += of->calls;
	into->failed += of->failed;
	into->bytes_in += of->bytes_in;
	into->bytes_out += of->bytes_out;
	into->calls_ns += of->calls_ns;
	into->waited_ns += of->waited_ns;
	into->lost += of->lost;
}

static int busier_first(const void *a, const void *b)
{
	const struct tally_process *x = *(struct tally_process *const *)a;
	const struct tally_process *y = *(struct tally_process *const *)b;

	if (x->calls_ns != y->calls_ns)
		return x->calls_ns < y->calls_ns ? 1 : -1;
	return x->process < y->process ? -1 : x->process > y->process;
}

void tally_process_sort(struct tally_processes *all)
{
	qsort(all->kept, all->count, sizeof(*all->kept), busier_first);
}

/* Room for more: the less busy half becomes part of the rest. */
static void fold(struct tally_processes *all)
{
	tally_process_sort(all);
	while (all->count > TALLY_PROCESSES) {
		struct tally_process *p = all->kept[--all->count];

		tally_process_add(&all->rest, p);
		all->folded++;
		free(p);
	}
}

static struct tally_process *new_process(struct tally_processes *all, const struct event *e)
{
	struct tally_process *p = die_if_null(calloc(1, sizeof(*p)));

	if (all->count == 2 * TALLY_PROCESSES)
		fold(all);
	p->process = e->process;
	p->pid = e->pid;
	p->first_ns = e->start_ns;
	p->last_ns = e->end_ns;
	snprintf(p->prog, sizeof(p->prog), "%s", e->prog);
	return all->kept[all->count++] = p;
}

struct tally_process *tally_process_of(struct tally_processes *all, const struct event *e)
{
	struct tally_process *p;
	unsigned i;

	if (all->last && all->last->process == e->process)
		return all->last;
	for (i = all->count; i && all->kept[i - 1]->process != e->process; i--)
		;
	if (!i)
		return all->last = new_process(all, e);
	/* To the end, where the search begins. */
	p = all->kept[i - 1];
	all->kept[i - 1] = all->kept[all->count - 1];
	return all->last = all->kept[all->count - 1] = p;
}

void tally_process_free(struct tally_processes *all)
{
	while (all->count)
		free(all->kept[--all->count]);
}
