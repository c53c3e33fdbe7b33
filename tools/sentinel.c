/* SPDX-License-Identifier: MIT */
/* See sentinel.h.  A round is one look: dump, judge, act; what a dump shows is some ms old when it
 * is acted on, which tend.h allows for. */
#include "sentinel.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>

#include "family_member.h"
#include "judge_evidence.h"
#include "policy/arm.h"
#include "runtime/process.h"
#include "sentinel_act.h"
#include "sentinel_log.h"
#include "sentinel_pace.h"
#include "sentinel_place.h"
#include "sentinel_start.h"
#include "util.h"

enum {
	LOOK_LEAST_MS = 50,
	SLOW_MS = 3000, /* what takes longer to find is told of */
};

struct sentinel {
	struct family *family;
	const struct sentinel_options *options;
	struct sockmap *map;
	struct sentinel_arming arming;
	struct place *places, *place;      /* the one that is being dumped */
	const struct sockmap_owner *owner; /* of the socket that is told of */
	struct watched *all, *last;        /* that a dump showed */
	struct watch_row *rows;
	size_t room;
	uint32_t round, seen; /* so many in this one */
	uint32_t within_ms;   /* the shortest bound */
	int64_t now_ms;
	int64_t slow_ms; /* told of last */
};

static int64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t now_ms(void)
{
	return clock_ns(CLOCK_MONOTONIC) / 1000000;
}

static bool is_ours(void *context, uint32_t inode)
{
	struct sentinel *S = context;

	S->owner = inode ? sockmap_find(S->map, inode) : NULL;
	return S->owner;
}

static void sample(void *context, const struct sockdiag_socket *s)
{
	struct sentinel *S = context;
	struct watched *w;

	w = S->last = watched_sample(&S->all, S->last, s, S->owner);
	S->seen += w->round != S->round;
	w->round = S->round;
	w->place = S->place;
	w->place->connections++;
	if (!w->first_ms)
		w->first_ms = S->now_ms;
}

/* What works once is not given up later: memory and descriptors come back. */
static void dump_place(struct sentinel *S, struct place *p)
{
	int rc;

	S->place = p;
	p->connections = 0;
	rc = p->diag ? sockdiag_dump(p->diag, is_ours, sample, S) : 0;
	if (rc && S->round == 1)
		die(STATUS_OURS, "the kernel does not list its TCP sockets: %s", strerror(-rc));
	if (rc && !p->failed)
		sentinel_log_refused("list", NULL, S->family->first, -rc);
	p->failed = rc;
}

static void dump(struct sentinel *S)
{
	S->round++;
	S->seen = 0;
	S->last = NULL;
	S->now_ms = now_ms();
	for (struct place *p = S->places; p; p = p->next)
		dump_place(S, p);
}

/* Once, and again when it has doubled. */
static void tell_slow(struct sentinel *S)
{
	int64_t within_ms = sockmap_cost_ns(S->map) * SOCKMAP_SHARE / 1000000;

	if (within_ms < SLOW_MS || within_ms < S->slow_ms * 2)
		return;
	S->slow_ms = within_ms;
	sentinel_log_slow(S->family->first, sockmap_descriptors(S->map), within_ms);
}

static void scan(struct sentinel *S)
{
	sockmap_begin(S->map);
	for (struct member *m = S->family->first; m; m = m->next) {
		int rc = sockmap_add(S->map, m->pid, m->thread);

		if (rc && rc != -ENOENT && rc != -ESRCH && !m->error)
			m->error = -rc;
	}
	sockmap_end(S->map, S->now_ms);
	tell_slow(S);
}

/* It is in no dump any more. */
static void bury(void *context, struct watched *w)
{
	struct sentinel *S = context;
	const struct member *m = family_find(S->family, w->owner.pid);
	struct sentinel_act act = {.map = S->map, .now_ms = S->now_ms};

	if (m && !m->spared)
		sentinel_act_gone(&act, w, m);
}

/* The result is what a scan of it cost in CPU time, in ns, which has a pace of its own. */
static int64_t look(struct sentinel *S)
{
	int64_t scanned = 0;

	dump(S);
	if (sockmap_due(S->map, S->now_ms)) {
		scan(S);
		scanned = sockmap_cost_ns(S->map);
		dump(S);
	}
	if (S->seen != HASH_COUNT(S->all))
		watched_sweep(&S->all, S->round, S->options->look ? NULL : bury, S);
	return scanned;
}

static void act(struct sentinel *S, struct sentinel_act *a, struct watched *w)
{
	const struct member *m = family_find(S->family, w->owner.pid);

	if (!m)
		sockmap_stale(S->map); /* it has ended; who inherited the socket? */
	else if (!m->spared)
		sentinel_act(a, w, m);
}

/* Judges all and acts; the result is when to look again, in ms. */
static int64_t judge_all(struct sentinel *S)
{
	struct sentinel_act a = {.map = S->map,
		.now_ms = S->now_ms,
		.all = S->family->first,
		.by_run = S->options->by_run,
		.arming = &S->arming};
	uint32_t soonest = pace_new_ms();

	S->within_ms = UINT32_MAX;
	sentinel_arm_begin(&S->arming, S->all);
	for (struct watched *w = S->all; w; w = w->hh.next) {
		if (w->bounds.within && w->bounds.within < S->within_ms)
			S->within_ms = w->bounds.within;
		w->judgement = judge(&w->judge, &w->bounds, S->now_ms, &w->socket);
		if (w->judgement.look_ms < soonest)
			soonest = w->judgement.look_ms;
		if (!S->options->look)
			act(S, &a, w);
	}
	sentinel_arm_some(&S->arming, S->family);
	return most(soonest, LOOK_LEAST_MS);
}

static void leave_all(struct sentinel *S)
{
	struct sentinel_act act = {.map = S->map};

	for (struct watched *w = S->all; w; w = w->hh.next) {
		const struct member *m = family_find(S->family, w->owner.pid);

		if (m)
			sentinel_act_leave(&act, w, m);
	}
}

static bool show(struct sentinel *S)
{
	size_t n = 0;

	if (!S->options->shown)
		return true;
	if (HASH_COUNT(S->all) > S->room) {
		S->room = HASH_COUNT(S->all) * 2;
		S->rows = die_if_null(reallocarray(S->rows, S->room, sizeof(*S->rows)));
	}
	for (struct watched *w = S->all; w; w = w->hh.next) {
		const struct member *m = family_find(S->family, w->owner.pid);

		S->rows[n++] = (struct watch_row){.pid = w->owner.pid,
			.fd = w->owner.fd,
			.program = m ? m->name : "?",
			.age_ms = S->now_ms - w->first_ms,
			.preloaded = m && m->preloaded,
			.asked = w->asked,
			.armed = w->armed,
			.changed = w->shown != w->judgement.state + 1,
			.socket = &w->socket,
			.judgement = w->judgement};
		w->shown = (uint8_t)(w->judgement.state + 1);
	}
	return S->options->shown(S->options->context, S->rows, n);
}

static bool refresh(struct sentinel *S)
{
	int64_t now = now_ms();
	unsigned count = family_refresh(S->family, now);

	for (struct member *m = S->family->first; m; m = m->next) {
		int rc = m->error ? 0 : place_add(&S->places, m);

		m->spared = !config_active(&process_settings.base, m->executed);
		if (rc)
			m->error = -rc;
		if (m->error && m->error != m->told)
			sentinel_log_refused("watch", NULL, m, m->told = m->error);
		m->error = 0;
	}
	place_sweep(&S->places, S->family, now);
	if (S->options->by_run)
		sentinel_start_follow(S->family);
	return count;
}

/* What the kernel can do is asked of a socket of our own, once. */
static void learn_kernel(void)
{
	cleanup_fd int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	arm_kernel(fd);
}

/* Until the next look, arming what is new. */
static void rest(struct sentinel *S, int64_t wait_ms, int64_t least_ms)
{
	int64_t begun = now_ms(), spent = 0;

	while (S->arming.waiting && spent < wait_ms &&
		pace_rest(S->family, S->options->signals, ARM_EVERY_MS, ARM_EVERY_MS)) {
		sentinel_arm_some(&S->arming, S->family);
		spent = now_ms() - begun;
	}
	sentinel_arm_end(&S->arming, S->family);
	pace_rest(S->family, S->options->signals, wait_ms - spent, least_ms - spent);
}

void sentinel_run(struct family *f, const struct sentinel_options *o)
{
	struct sentinel S = {.family = f, .options = o, .map = sockmap_new()};

	S.arming = (struct sentinel_arming){.map = S.map, .by_run = o->by_run};

	family_member_room();
	learn_kernel();
	while (refresh(&S)) {
		int64_t begun = clock_ns(CLOCK_PROCESS_CPUTIME_ID), scanned = look(&S);
		int64_t wait_ms = judge_all(&S), least_ms, cost_ns;

		cost_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - begun - scanned;
		if (!show(&S))
			break;
		least_ms = pace_pause_ms(cost_ns, S.within_ms);
		rest(&S, most(wait_ms, least_ms), least_ms);
	}
	leave_all(&S);
	watched_sweep(&S.all, S.round + 1, NULL, NULL);
	place_free(&S.places);
	sockmap_free(S.map);
	free(S.rows);
}
