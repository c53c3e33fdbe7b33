/* SPDX-License-Identifier: MIT */
/* See lifetime.h. */
#include "lifetime.h"

#include <netinet/in.h>

#include "runtime/connpool.h"
#include "stream.h"

/* How long a fork child may take from its parent's close() to its own first call. */
#define LINGER_NS 1000000000

/* Its near end is closed for good; the other stays while it is held. */
static void end_flow(struct lifetime *l, struct flow *f, const struct packets *of)
{
	struct flow_end *far = &f->end[FLOW_FAR];

	if (f->protocol == IPPROTO_TCP && f->peer_first && !f->both)
		stream_ends(of, far);
	if (f->protocol == IPPROTO_TCP)
		stream_leave(of, &f->end[FLOW_NEAR]);
	if (far->holders)
		return;
	if (f->protocol == IPPROTO_TCP && far->pid)
		stream_leave(of, far);
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

void lifetime_free(struct lifetime *l, int64_t now_ns)
{
	struct packets of = {l->out, now_ns, NULL};
	struct flow *f;

	end_those_before(l, INT64_MAX);
	for (f = TAILQ_FIRST(&l->flows.live); f; f = TAILQ_NEXT(f, link))
		for (int i = 0; i < 2; i++)
			stream_stop(&of, &f->end[i]);
	flows_free(&l->flows);
}

static struct flow_end *join(struct lifetime *l, struct connection *c)
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

static void leave(struct lifetime *l, struct flow_end *end, uint32_t pid, const struct packets *of)
{
	struct flow *f = end->flow;

	if (!flow_leave(end) || f->lingers)
		return;
	if (f->end[FLOW_NEAR].holders) {
		if (f->both && !has_children(l, pid))
			stream_leave(of, end);
		return;
	}
	if (end == &f->end[FLOW_NEAR] && may_be_inherited(l, f, pid))
		flow_linger(&l->flows, f, of->time_ns);
	else
		end_flow(l, f, of);
}

struct flow_end *lifetime_end_of(struct lifetime *l, const struct event *e)
{
	if (!e->conn || (e->conn->opened && e->conn->open.socket == SOCKET_OTHER))
		return NULL;
	return e->conn->user ? e->conn->user : join(l, e->conn);
}

struct flow_end *lifetime_rejoin(
	struct lifetime *l, const struct event *e, const struct packets *of)
{
	struct flow_end *before = e->conn->user;
	struct flow_end *end = join(l, e->conn);

	if (before)
		leave(l, before, e->pid, of);
	return end;
}

void lifetime_opened(struct flow_end *end, uint8_t how, bool whole)
{
	struct flow *f = end->flow;

	end->stream.opened |= how == CONN_CONNECT || how == CONN_ACCEPT;
	f->both = f->end[0].stream.opened && f->end[1].stream.opened && whole;
	if (f->shown)
		return;
	if (end == &f->end[FLOW_NEAR])
		f->unused = how == CONN_ACCEPT;
	if (how == CONN_CONNECT || how == CONN_PAIR)
		f->caller = end;
	else if (how == CONN_ACCEPT)
		f->caller = flow_other(end);
}

void lifetime_drop(struct lifetime *l, const struct event *e, const struct packets *of)
{
	leave(l, e->conn->user, e->pid, of);
	e->conn->user = NULL;
}

/* Their connections are still there for whoever has more events of them. */
static void exited(struct lifetime *l, uint32_t pid, int64_t now_ns)
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
			stream_leave(&of, &f->end[FLOW_NEAR]);
		if (far->holders == 1 && far->pid == pid && (f->both || near->finished))
			stream_leave(&of, &f->end[FLOW_FAR]);
	}
}

void lifetime_process(struct lifetime *l, const struct event *e)
{
	unsigned kind = e->story->head & 255, parent = e->story->program.value % LIFETIME_PIDS;

	if (kind == STORY_START)
		l->forked[e->pid % LIFETIME_PIDS / 8] &= (uint8_t) ~(1 << e->pid % 8);
	if (kind == STORY_FORK || kind == STORY_START) /* vfork() and exec: by the latter alone */
		l->forked[parent / 8] |= (uint8_t)(1 << parent % 8);
	else if (kind == STORY_EXIT)
		exited(l, e->pid, e->end_ns);
}

void lifetime_pass(struct lifetime *l, int64_t now_ns)
{
	if (now_ns > LINGER_NS)
		end_those_before(l, now_ns - LINGER_NS);
}

void lifetime_lost(struct lifetime *l, int64_t now_ns)
{
	struct packets of = {l->out, now_ns, NULL};
	struct flow *f;

	for (f = TAILQ_FIRST(&l->flows.live); f; f = TAILQ_NEXT(f, link)) {
		for (int i = 0; f->both && i < 2; i++)
			stream_stop(&of, &f->end[i]);
		if (f->both)
			f->teller = &f->end[FLOW_NEAR];
		f->both = false;
	}
}
