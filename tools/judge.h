/* SPDX-License-Identifier: MIT */
/*
 * Dead, slow or idle: what samples of one connection over time say.  Pure: no clock, no system
 * call.  A verdict of death needs the kernel's word that what was sent is not answered: nothing
 * acknowledged for the whole bound, and at least JUDGE_UNANSWERED transmissions (retransmissions
 * or probes) without an answer meanwhile.  A closed window with answered probes, progress however
 * small, and a path that loses much are alive (KERNEL.md 2, 3).
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

/* In ms; 0: off. */
struct judge_bounds {
	uint32_t within, connect, silence, leak;
	uint32_t rto_max; /* the longest pause between retransmissions that was armed */
};

/* What is remembered of a connection; all zero before the first sample. */
struct judge {
	int64_t first_ms;      /* the first sample */
	int64_t unanswered_ms; /* since when something is out that nobody has answered; 0: nothing
				  is */
	int64_t state_ms;      /* since when it is in this state */
	int64_t progress_ms;   /* the last time that a byte was acknowledged or came */
	uint64_t bytes_acked, bytes_received;
	uint8_t state; /* enum judge_state */
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
