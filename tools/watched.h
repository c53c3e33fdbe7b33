/* SPDX-License-Identifier: MIT */
/*
 * The connections that the sentinel watches, by SO_COOKIE.  An entry lives from the first dump that
 * shows the socket in a watched process to the first one that does not.
 */
#ifndef PEERLESS_TOOLS_WATCHED_H
#define PEERLESS_TOOLS_WATCHED_H

#include "judge.h"
#include "runtime/connpool.h"
#include "sentinel_place.h"
#include "shield.h"
#include "sockmap.h"
#include "table.h"

/* What each dump reads and writes comes first: the cache's misses are what a look costs. */
struct watched {
	uint64_t cookie; /* the key */
	UT_hash_handle hh;
	struct sockdiag_socket socket; /* the last sample */
	struct sockmap_owner owner;
	uint32_t round;      /* the last dump that showed it */
	struct place *place; /* where it is listed: not always where its program is by now */
	bool opened;         /* this side did, as far as that shows: see tcpinfo_read() */
	bool greeted;        /* looked at for what an earlier connection left on the socket */
	bool tended;         /* arming was tried */
	bool set;            /* by us, something */
	bool asked; /* what the socket has: `armed`, it finds a dead peer as the options say */
	bool armed, ended;
	bool signalled;         /* ON_DEATH of a program without the library */
	bool refused, given_up; /* it could not be ended; and never will */
	uint8_t told;           /* enum judge_state at the last act */
	uint8_t shown;          /* 1 + enum judge_state at the last look; 0: never */
	int64_t first_ms;       /* CLOCK_MONOTONIC of the first one */
	struct judge judge;
	struct judge_bounds bounds;
	struct judgement judgement;
	struct shield shield;
	uint32_t idle_ms;    /* KEEPIDLE, or 0 */
	int user_timeout_ms; /* ended: what the program had set */
	struct conn conn;    /* what policy/arm and policy/conn want: peer and rule */
};

/* The options that hold for it. */
const struct config *watched_config(const struct watched *w);

/*
 * The entry of s, made if need be, with the new sample in it.  last: the entry of the socket that
 * the dump showed before, or NULL.
 */
struct watched *watched_sample(struct watched **all, struct watched *last,
	const struct sockdiag_socket *s, const struct sockmap_owner *owner);
/* Forgets those that are not of this round; each is told to gone() before, unless that is NULL. */
void watched_sweep(struct watched **all, uint32_t round,
	void (*gone)(void *context, struct watched *w), void *context);

#endif
