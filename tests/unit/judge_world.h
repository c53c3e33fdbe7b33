/* SPDX-License-Identifier: MIT */
/*
 * A connection and its path as far as the judge sees them: a model of the kernel's timers
 * (KERNEL.md 1-3) in steps of a jiffy.  Chance is a generator of its own: each run is the same.
 */
#ifndef JUDGE_WORLD_H
#define JUDGE_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "judge.h"

enum { JIFFY_MS = 4, RTO_MIN_MS = 200, NEVER = INT32_MAX };

enum role { BULK, WRITER, STALLED, QUIET, ROLES };

struct world {
	/* What it is. */
	enum role role;
	int write_ms;           /* WRITER: so often */
	int keepalive_ms;       /* QUIET: so long to the first probe; a second to each other */
	int rtt_ms, delayed_ms; /* the peer delays the ACK of data by up to this */
	int rto_max_ms;
	int lost; /* of 1000, each way */
	int outage_from, outage_until;
	/* How it is. */
	int now, sent, heard, timer, pause, answer, write;
	int first; /* transmission that nobody has answered; 0: none is */
	bool in_flight;
	unsigned retransmits, probes, segs_in;
	uint64_t chance;
};

static inline int world_chance(struct world *w, int below)
{
	w->chance = w->chance * 6364136223846793005u + 1442695040888963407u;
	return (int)((w->chance >> 33) % (unsigned)below);
}

static inline bool world_is_out(const struct world *w, int at)
{
	return at >= w->outage_from && at < w->outage_until;
}

static inline int world_least(int a, int b)
{
	return a < b ? a : b;
}

/* Something is sent; if both ways are open, the answer is on its way. */
static inline void world_send(struct world *w)
{
	bool lost = world_chance(w, 1000) < w->lost || world_chance(w, 1000) < w->lost;
	int at = w->now + w->rtt_ms;

	if (w->in_flight)
		w->sent = w->now;
	if (!w->first)
		w->first = w->now;
	if (w->in_flight && w->delayed_ms)
		at += world_chance(w, w->delayed_ms);
	if (!lost && !world_is_out(w, w->now) && !world_is_out(w, at))
		w->answer = world_least(w->answer, at);
}

static inline void world_send_new(struct world *w)
{
	w->in_flight = true;
	w->pause = world_least(RTO_MIN_MS + w->rtt_ms, w->rto_max_ms);
	w->timer = w->now + w->pause;
	world_send(w);
}

static inline void world_answered(struct world *w)
{
	w->answer = NEVER;
	w->heard = w->now;
	w->segs_in++;
	w->retransmits = w->probes = 0;
	w->in_flight = false;
	w->first = 0;
	if (w->role == BULK)
		world_send_new(w);
	else if (w->role == STALLED)
		w->timer = w->now + w->pause;
	else
		w->timer = w->keepalive_ms ? w->now + w->keepalive_ms : NEVER;
}

static inline void world_timer(struct world *w)
{
	if (w->in_flight)
		w->retransmits++;
	else
		w->probes++;
	if (!w->in_flight && w->role != STALLED)
		w->pause = 1000;
	else
		w->pause = world_least(w->pause * 2, w->rto_max_ms);
	w->timer = w->now + w->pause;
	world_send(w);
}

static inline void world_step(struct world *w)
{
	w->now += JIFFY_MS;
	if (w->now >= w->answer)
		world_answered(w);
	if (w->role == WRITER && w->now >= w->write) {
		w->write = w->now + w->write_ms;
		if (!w->in_flight)
			world_send_new(w);
	}
	if (w->now >= w->timer)
		world_timer(w);
}

static inline struct sockdiag_socket world_look(const struct world *w)
{
	enum sockdiag_timer timer = w->in_flight         ? SOCKDIAG_TIMER_RETRANSMIT
				    : w->role == STALLED ? SOCKDIAG_TIMER_PROBE
				    : w->timer != NEVER  ? SOCKDIAG_TIMER_KEEPALIVE
							 : SOCKDIAG_TIMER_NONE;

	return (struct sockdiag_socket){
		.timer = timer,
		.expires_ms = timer ? w->timer - w->now : 0,
		.wqueue = w->in_flight || w->role == STALLED,
		.info = {.state = TCPINFO_ESTABLISHED,
			.retransmits = w->retransmits,
			.probes = w->probes,
			.rto_ms = w->pause,
			.rtt_us = w->rtt_ms * 1000,
			.unacked_segments = w->in_flight,
			.notsent_bytes = w->role == STALLED,
			.last_data_sent_ms = w->now - w->sent,
			.last_data_recv_ms = w->now,
			.last_ack_recv_ms = w->now - w->heard,
			.segs_in = w->segs_in},
	};
}

#endif
