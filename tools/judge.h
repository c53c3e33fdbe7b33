/* SPDX-License-Identifier: MIT */
/*
 * Dead, slow or idle: what samples of one connection over time say.  Pure: no clock, no system
 * call.  A verdict of death needs the kernel's word that what was sent is not answered: nothing
 * heard for the whole bound, and transmissions (retransmissions or probes) without an answer, one
 * of them later than half the bound after the first.  So an outage of half the bound that ends
 * condemns nobody, wherever it falls and however long the kernel pauses.  A closed window with
 * answered probes, progress however small, and a path that loses much are alive (KERNEL.md 2, 3).
 */
#ifndef PEERLESS_TOOLS_JUDGE_H
#define PEERLESS_TOOLS_JUDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/verdict.h"
#include "sockdiag.h"

/* JUDGE(name, text), best first: the worst is shown first. */
#define JUDGE_STATES(JUDGE)                                                                     \
	JUDGE(OK, "ok")     /* bytes move, or have just moved */                                \
	JUDGE(IDLE, "idle") /* nothing to send, nothing came for a while */                     \
	JUDGE(CONNECTING, "connecting")                                                         \
	JUDGE(CLOSING, "closing")    /* this side has ended its sending */                      \
	JUDGE(CLOSED, "peer-closed") /* CLOSE_WAIT: the peer will send no more */               \
	JUDGE(SLOW, "slow")          /* alive and takes little: zero window, probes answered */ \
	JUDGE(LEAKED, "leaked")      /* CLOSE_WAIT for longer than leak_ms, nothing sent */     \
	JUDGE(SUSPECT, "suspect")    /* does not answer, but not for long enough */             \
	JUDGE(DEAD, "dead")

enum judge_state {
#define JUDGE(name, text) JUDGE_##name,
	JUDGE_STATES(JUDGE)
#undef JUDGE
};

/* In ms; 0: off.  heartbeat: so long idle, the peer is asked. */
struct judge_bounds {
	uint32_t within, connect, silence, leak, heartbeat;
};

/*
 * What is remembered of a connection; all zero before the first sample.  Moments are in the clock
 * of now_ms; 0: there was none.
 */
struct judge {
	int64_t sampled_ms;    /* the last sample */
	int64_t expires_ms;    /* its timer */
	int64_t unanswered_ms; /* at the latest then the first of what nobody has answered was sent
				*/
	int64_t again_ms;      /* ... and, more than half the bound after it, another */
	int64_t progress_ms;   /* a byte was acknowledged, or none waited */
	int64_t unread_ms;     /* the program had bytes to read, or nobody looked for long */
	int64_t asked_ms;      /* the last first heartbeat after a byte: tend_beat()'s */
	int64_t closed_ms;     /* at the latest then the peer ended its sending */
	int64_t state_ms;      /* since when it is in this state */
	uint64_t bytes_acked;
	uint32_t segs_in;
	uint32_t unanswered; /* retransmissions and probes */
	uint8_t state;       /* enum judge_state */
};

struct judgement {
	enum judge_state state;
	enum cause cause;   /* DEAD: why; SUSPECT: what it will be */
	enum method method; /* DEAD, SUSPECT: the mechanism that shows it */
	int64_t state_ms;   /* how long it has been in this state */
	uint32_t look_ms;   /* when to look again at the latest */
};

/* now_ms: CLOCK_MONOTONIC at which the sample was taken. */
struct judgement judge(struct judge *j, const struct judge_bounds *b, int64_t now_ms,
	const struct sockdiag_socket *s);
const char *judge_state_name(enum judge_state state);

#endif
