/* SPDX-License-Identifier: MIT */
/* See watched.h. */
#include "watched.h"

#include "policy/conn.h"
#include "policy/derive.h"
#include "policy/arm.h"
#include "util.h"

const struct config *watched_config(const struct watched *w)
{
	return conn_config(&w->conn);
}

/* As a program's own library chooses for a socket whose beginning it did not see. */
static void choose_rule(struct watched *w)
{
	w->conn = (struct conn){.peer = w->socket.peer, .unseen = 1, .cookie = w->cookie};
	conn_choose_rule(&w->conn, -1);
	if (!w->conn.rule)
		conn_choose_rule(&w->conn, w->socket.local.port);
}

static void set_bounds(struct watched *w)
{
	const struct config *c = watched_config(w);
	struct derive_plan plan = derive(c, arm_kernel(-1));

	w->bounds = (struct judge_bounds){
		.within = (uint32_t)c->detect_within_ms,
		.connect = (uint32_t)plan.connect_timeout_ms,
		.silence = (uint32_t)c->silence_ms,
		.leak = (uint32_t)c->leak_after_ms,
		.heartbeat = (uint32_t)c->heartbeat.idle_ms,
	};
	w->idle_ms = (uint32_t)plan.idle_s * 1000;
}

struct watched *watched_sample(struct watched **all, struct watched *last,
	const struct sockdiag_socket *s, const struct sockmap_owner *owner)
{
	struct watched *w;

	TABLE_FIND(*all, last, cookie, &s->cookie, w);
	if (!w) {
		w = die_if_null(calloc(1, sizeof(*w)));
		w->cookie = s->cookie;
		w->socket = *s;
		choose_rule(w);
		set_bounds(w);
		HASH_ADD(hh, *all, cookie, sizeof(w->cookie), w);
	}
	w->socket = *s;
	/* No FIN of ours can have been acknowledged there. */
	w->opened |= s->info.fin_acked &&
		     (s->info.state == TCPINFO_ESTABLISHED || s->info.state == TCPINFO_CLOSE_WAIT);
	w->owner = *owner;
	return w;
}

void watched_sweep(struct watched **all, uint32_t round,
	void (*gone)(void *context, struct watched *w), void *context)
{
	struct watched *w, *next;

	HASH_ITER(hh, *all, w, next)
	{
		if (w->round == round)
			continue;
		HASH_DEL(*all, w);
		if (gone)
			gone(context, w);
		free(w);
	}
}
