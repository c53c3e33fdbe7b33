/* SPDX-License-Identifier: MIT */
/* See lifetime.h. */
#include "lifetime.h"

#include <netinet/in.h>

#include "segments.h"

/* How long a fork child may take from its parent's close() to its own first call. */
#define LINGER_NS 1000000000

/* Its near end is closed for good; the other stays while it is held. */
static void end_flow(struct lifetime *l, struct flow *f, const struct packets *of)
{
	struct flow_end *far = &f->end[FLOW_FAR];

	if (f->protocol == IPPROTO_TCP && f->peer_first)
		segments_finish(of, far);
	if (f->protocol == IPPROTO_TCP)
		segments_finish(of, &f->end[FLOW_NEAR]);
	if (far->holders)
		return;
	if (f->protocol == IPPROTO_TCP && far->pid)
		segments_finish(of, far);
	flow_free(&l->flows, f);
}

/* No fork child came. */
static void end_lingering(struct lifetime *l, struct flow *f)
{
	struct packets of = {l->out, f->closed_ns, NULL};

	flow_stay(&l->flows, f);
	end_flow(l, f, &of);
}

static void end_those_before(struct lifetime *l, int64_t ns)
{
	struct flow *f;

	while ((f = TAILQ_FIRST(&l->flows.lingering)) && f->closed_ns < ns)
		end_lingering(l, f);
}

void lifetime_init(struct lifetime *l, FILE *out)
{
	*l = (struct lifetime){.out = out};
	flows_init(&l->flows);
}

void lifetime_free(struct lifetime *l)
{
	end_those_before(l, INT64_MAX);
	flows_free(&l->flows);
}

struct flow_end *lifetime_join(struct lifetime *l, struct connection *c)
{
	struct flow *replaced;
	struct flow_end *end = flow_join(&l->flows, c, &replaced);

	if (replaced && replaced->lingers)
		end_lingering(l, replaced);
	return end;
}

static bool has_children(const struct lifetime *l, uint32_t pid)
{
	return l->forked[pid % LIFETIME_PIDS / 8] >> pid % 8 & 1;
}

/* A fork server's connection is closed by the parent, which did not use it. */
static bool may_be_inherited(const struct lifetime *l, const struct flow *f, uint32_t pid)
{
	return f->protocol == IPPROTO_TCP && (f->unused || has_children(l, pid));
}

void lifetime_leave(
	struct lifetime *l, struct flow_end *end, uint32_t pid, const struct packets *of)
{
	struct flow *f = end->flow;

	if (!flow_leave(end) || f->lingers || f->end[FLOW_NEAR].holders)
		return;
	if (end == &f->end[FLOW_NEAR] && may_be_inherited(l, f, pid))
		flow_linger(&l->flows, f, of->time_ns);
	else
		end_flow(l, f, of);
}

void lifetime_fork(struct lifetime *l, uint32_t pid)
{
	l->forked[pid % LIFETIME_PIDS / 8] |= (uint8_t)(1 << pid % 8);
}

void lifetime_exec(struct lifetime *l, uint32_t pid)
{
	l->forked[pid % LIFETIME_PIDS / 8] &= (uint8_t) ~(1 << pid % 8);
}

/* Their connections are still there for whoever has more events of them. */
void lifetime_exit(struct lifetime *l, uint32_t pid, int64_t now_ns)
{
	struct packets of = {l->out, now_ns, NULL};
	struct flow *f;

	if (has_children(l, pid))
		return; /* one of them may go on with it */
	for (f = TAILQ_FIRST(&l->flows.live); f; f = TAILQ_NEXT(f, link)) {
		const struct flow_end *near = &f->end[FLOW_NEAR], *far = &f->end[FLOW_FAR];

		if (f->protocol != IPPROTO_TCP)
			continue;
		if (near->holders == 1 && near->pid == pid)
			segments_finish(&of, &f->end[FLOW_NEAR]);
		if (far->holders == 1 && far->pid == pid && near->finished)
			segments_finish(&of, &f->end[FLOW_FAR]);
	}
}

void lifetime_pass(struct lifetime *l, int64_t now_ns)
{
	if (now_ns > LINGER_NS)
		end_those_before(l, now_ns - LINGER_NS);
}
