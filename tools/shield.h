/* SPDX-License-Identifier: MIT */
/*
 * A short TCP_RTO_MAX_MS makes the kernel give up early: after so long in which it was never out of
 * retransmissions, progress or not.  Measured, Linux 6.18, 20 % loss each way, RTO_MAX=1333 (a
 * limit of 20 s): 3 of 8 bulk senders ended within 200 s though bytes were acknowledged all the
 * time; with TCP_USER_TIMEOUT, which takes that limit's place, none.  So a connection that
 * struggles and moves gets one of SHIELD_MS, as long as the kernel's own limit without RTO_MAX, and
 * loses it when it is calm or its window closed (KERNEL.md 3: there it would kill a peer that reads
 * slowly).  Should we be killed meanwhile, that connection is as one of plain Linux.
 */
#ifndef PEERLESS_TOOLS_SHIELD_H
#define PEERLESS_TOOLS_SHIELD_H

#include <stdbool.h>
#include <stdint.h>

struct tcpinfo;

enum { SHIELD_MS = 900000, SHIELD_AFTER_MS = 3000, SHIELD_CALM_MS = 5000 };

/* What is remembered of a connection; all zero before the first sample. */
struct shield {
	uint32_t total_retrans;
	int64_t retrans_ms;  /* when that last grew */
	int64_t struggle_ms; /* since when it struggles; 0: it does not */
	uint64_t acked;      /* bytes, when that began */
	bool on;             /* the option is set */
};

/* Takes a sample; should the connection have the shield? */
bool shield_wanted(struct shield *s, const struct tcpinfo *info, int64_t now_ms);
/* Sets or takes away the option on fd, unless there is one that is not ours.  0 or -errno. */
int shield_set(struct shield *s, int fd, bool on);

#endif
