/* SPDX-License-Identifier: MIT */
/*
 * Arms what is new, but not very many at once.  What is armed together is probed together ever
 * after, and a queue of the network takes only so many packets: over loopback and veth 1000
 * (net.core.netdev_max_backlog).  Measured, Linux 6.18: of 10 000 living connections over loopback,
 * armed within 65 ms at KEEPIDLE=1 s, the kernel ended 4500 some 5 s later, as of each burst of
 * probes a thousand were answered (tests/watch_herd.bats).
 *
 * So many are spread over their KEEPIDLE.  The kernel's timers gather them again in grains of up to
 * an eighth of it, but of a grain what is lost is repeated by itself: it would take several
 * thousand in one to lose a connection.
 *
 * Nothing spreads them that become idle in one moment, as after a word to all clients: of more than
 * that queue takes living ones can be ended then, with any keepalive.  Who has so many sockets over
 * loopback is told to raise it.
 */
#ifndef PEERLESS_TOOLS_SENTINEL_ARM_H
#define PEERLESS_TOOLS_SENTINEL_ARM_H

#include "tend.h"

enum { ARM_EVERY_MS = 20 };

/* Zero at first but for map and by_run. */
struct sentinel_arming {
	struct sockmap *map;
	bool by_run;          /* sentinel_options */
	unsigned batch;       /* every ARM_EVERY_MS, until none waits; 0: they need no spreading */
	unsigned waiting;     /* in this round, not armed yet */
	uint32_t idle_ms;     /* the shortest KEEPIDLE of these */
	struct watched *next; /* where the search goes on */
	unsigned loopback;    /* sockets in this round, */
	unsigned told;        /* and as many as there were when that was told of last */
	unsigned alone;       /* got a line of their own, since none waited */
	unsigned armed;       /* in this round, without one, and the last of these: */
	const struct member *armed_by;
	bool several; /* of more than one process */
	struct tend_options options;
};

/* Is it for us to arm, in this state?  Beside `run` the library arms what it is in. */
bool sentinel_may_arm(
	const struct sentinel_arming *a, const struct watched *w, const struct member *m);

/* A round: _begin, _want for each connection, _some every ARM_EVERY_MS while any is waiting, _end.
 */
void sentinel_arm_begin(struct sentinel_arming *a, struct watched *all);
void sentinel_arm_want(struct sentinel_arming *a, const struct watched *w, const struct member *m);
/* Arms as many as may be now.  No connection may be forgotten between _begin and _end. */
void sentinel_arm_some(struct sentinel_arming *a, const struct family *f);
/* Tells of them. */
void sentinel_arm_end(struct sentinel_arming *a, const struct family *f);

#endif
