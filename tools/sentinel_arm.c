/* SPDX-License-Identifier: MIT */
/* See sentinel_arm.h. */
#include "sentinel_arm.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "family_member.h"
#include "judge_evidence.h"
#include "sentinel_log.h"
#include "sys/sysctl.h"

enum {
	AT_ONCE = 250,
	LOOPBACK_MANY = 500, /* fewer are no crowd, whatever the queue takes */
	/* Fewer take less than their KEEPIDLE: no grain has more than AT_ONCE of them anyway. */
	SPREAD_AT_LEAST = 16 * AT_ONCE,
	/*
	 * In a round, or until none waits any more, so many get a line each, and what is more one
	 * for all of a round: the log takes so many lines a second, and a death's must be among
	 * them.
	 */
	ARMED_ALONE = 8,
};

bool sentinel_may_arm(
	const struct sentinel_arming *a, const struct watched *w, const struct member *m)
{
	switch (w->socket.info.state) {
	case TCPINFO_ESTABLISHED:
	case TCPINFO_CLOSE_WAIT:
	case TCPINFO_FIN_WAIT1:
	case TCPINFO_FIN_WAIT2: return !a->by_run || !m->preloaded;
	default: return false;
	}
}

/* A subflow of MPTCP is no descriptor's, so there is none to be grabbed. */
static bool is_waiting(
	const struct sentinel_arming *a, const struct watched *w, const struct member *m)
{
	return !w->tended && !w->ended && !w->socket.mptcp && m && !m->spared &&
	       sentinel_may_arm(a, w, m);
}

void sentinel_arm_begin(struct sentinel_arming *a, struct watched *all)
{
	a->next = all;
	a->waiting = 0;
	a->idle_ms = 0;
	a->loopback = 0;
	if (!a->batch)
		a->alone = 0;
	a->armed = 0;
	a->armed_by = NULL;
	a->several = false;
}

/* Packets to an address of its own do not leave the machine. */
static bool is_loopback(const struct sockdiag_socket *s)
{
	static const struct endpoint net = {.family = AF_INET, .ip = {127}};

	return endpoint_within(&s->peer, &net, 8) ||
	       (s->local.family == s->peer.family &&
		       !memcmp(s->local.ip, s->peer.ip, sizeof(s->peer.ip)));
}

void sentinel_arm_want(struct sentinel_arming *a, const struct watched *w, const struct member *m)
{
	a->loopback += w->idle_ms && is_loopback(&w->socket);
	if (!is_waiting(a, w, m))
		return;
	a->waiting++;
	if (!a->idle_ms || (w->idle_ms && w->idle_ms < a->idle_ms))
		a->idle_ms = w->idle_ms;
}

static void arm(struct sentinel_arming *a, struct watched *w, const struct member *m)
{
	struct tend_options now;
	int rc;

	/* The last look at it may have been before it was executed. */
	if (a->by_run && family_member_preloaded(m))
		return;
	rc = tend_arm(w, m, &now);
	if (sockmap_moved(a->map, rc) || rc == -ESRCH)
		return;
	w->tended = true;
	if (rc)
		sentinel_log_refused("arm", w, m, -rc);
	if (rc || !w->set)
		return;
	if (a->alone < ARMED_ALONE) {
		a->alone++;
		sentinel_log_armed(w, m, &now);
		return;
	}
	a->armed++;
	a->several |= a->armed_by && a->armed_by != m;
	a->armed_by = m;
	a->options = now;
}

/* As many as there are at first set the pace for all of them. */
static unsigned batch(struct sentinel_arming *a)
{
	if (a->waiting <= AT_ONCE || !a->idle_ms) {
		a->batch = 0;
		return a->waiting;
	}
	a->batch = (unsigned)most(
		a->batch, 1 + most(a->waiting, SPREAD_AT_LEAST) * ARM_EVERY_MS / a->idle_ms);
	return a->batch;
}

void sentinel_arm_some(struct sentinel_arming *a, const struct family *f)
{
	unsigned some = (unsigned)least(batch(a), a->waiting);

	for (a->waiting -= some; a->next && some; a->next = a->next->hh.next) {
		const struct member *m = family_find(f, a->next->owner.pid);

		if (!is_waiting(a, a->next, m))
			continue;
		arm(a, a->next, m);
		some--;
	}
}

/* Once, and again when they have doubled. */
static void tell_crowded(struct sentinel_arming *a, const struct family *f)
{
	unsigned backlog;

	if (a->loopback <= LOOPBACK_MANY || a->loopback < a->told * 2)
		return;
	/* Shown in the first network namespace only: elsewhere what the kernel begins with. */
	backlog = (unsigned)sysctl_net("core/netdev_max_backlog", 1000);
	if (a->loopback <= backlog)
		return;
	a->told = a->loopback;
	sentinel_log_crowded(f->first, a->loopback, backlog);
}

void sentinel_arm_end(struct sentinel_arming *a, const struct family *f)
{
	if (a->armed)
		sentinel_log_armed_many(a->armed, a->several, a->armed_by, &a->options);
	tell_crowded(a, f);
}
