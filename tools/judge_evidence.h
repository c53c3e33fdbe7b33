/* SPDX-License-Identifier: MIT */
/*
 * What the samples of one connection show, before anybody judges it: the judge's memory, kept up.
 * All moments are in the clock of now_ms.
 */
#ifndef PEERLESS_TOOLS_JUDGE_EVIDENCE_H
#define PEERLESS_TOOLS_JUDGE_EVIDENCE_H

#include "judge.h"

enum { JUDGE_HALF_MARGIN_MS = 200 }; /* by which an outage of half the bound may be longer */

/* One sample, and what follows from it alone. */
struct judge_sample {
	const struct judge_bounds *bounds;
	const struct sockdiag_socket *socket;
	const struct tcpinfo *info;
	int64_t now_ms;
	int64_t heard_ms;       /* the last time that the peer's kernel or program was heard */
	int64_t round_trips_ms; /* two */
	uint32_t unanswered;    /* transmissions */
	bool connecting;
	bool in_flight; /* data or a FIN */
};

struct judge_sample judge_evidence_of(
	const struct judge_bounds *b, int64_t now_ms, const struct sockdiag_socket *s);
/* Remembers what s adds to the samples before. */
void judge_evidence_add(struct judge *j, const struct judge_sample *s);

static inline int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static inline int64_t most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static inline int64_t clamp(int64_t low, int64_t value, int64_t high)
{
	return least(most(low, value), high);
}

#endif
