/* SPDX-License-Identifier: MIT */
/* Samples of one connection, as test_judge.c writes them down: all in ms, ages as the kernel's. */
#ifndef JUDGE_SERIES_H
#define JUDGE_SERIES_H

#include "judge.h"

enum { LOOKS_MAX = 10, LONG_AGO = 3600000 };

struct look {
	int at; /* ends the series if 0 */
	enum judge_state want;
	enum tcpinfo_state state; /* 0: ESTABLISHED */
	unsigned retr, probes, unacked, notsent;
	unsigned sent, recv; /* 0: long ago */
	unsigned ack;
	unsigned came; /* segments, since before the series */
	unsigned acked;
	unsigned rto, rtt_ms; /* rto 0: 200 */
	enum sockdiag_timer timer;
	unsigned expires, rqueue;
	bool uncounted; /* unacked_bytes is 0: a FIN, or the only byte of who opened */
	bool beat;      /* a heartbeat is sent then */
	unsigned look;  /* wanted, if given */
	int since;      /* state_ms + 1 wanted, if given */
};

struct series {
	const char *what;
	struct judge_bounds bounds;
	enum cause cause; /* of death and of suspicion */
	enum method method;
	struct look look[LOOKS_MAX];
};

#endif
