/* SPDX-License-Identifier: MIT */
/*
 * What is done to a watched connection through a descriptor grabbed for the moment.  Each compares
 * SO_COOKIE first; 0 or -errno (grab_socket()'s).
 */
#ifndef PEERLESS_TOOLS_TEND_H
#define PEERLESS_TOOLS_TEND_H

#include "family.h"
#include "watched.h"

/* Its descriptor, ours for the moment, or -errno. */
int tend_grab(const struct watched *w, const struct member *m);

/* What is on the socket now. */
struct tend_options {
	int keepalive, idle_s, interval_s, count, user_timeout_ms;
	int rto_max_ms; /* 0: not known, the kernel is older than Linux 6.15 */
};

/*
 * Arms it as the library would one found in use (policy/arm.h): what the program chose stays.
 * *now is what is there afterwards; w->set, ->asked and ->armed say what came of it.
 */
int tend_arm(struct watched *w, const struct member *m, struct tend_options *now);

enum tend_end { TEND_DESTROYED, TEND_DISCONNECTED };

/*
 * Ends it, if a fresh look says that it is still dead: -EALREADY if it lives after all.  By
 * SOCK_DESTROY or connect(AF_UNSPEC); every call that waits on it fails at once.  Before that the
 * program gets the signal, if not 0.
 */
int tend_end(
	struct watched *w, const struct member *m, int64_t now_ms, int signal, enum tend_end *how);

/*
 * The socket may have had another connection before this one, which was ended: takes off what
 * tend_end() wrote on it, which would keep the kernel from ever finding this one dead.
 */
int tend_renew(struct watched *w, const struct member *m);

/* Puts the shield on or takes it away. */
int tend_shield(struct watched *w, const struct member *m, bool on);

/*
 * Sends the rule's HEARTBEAT if the connection has been idle for as long and no thread of the
 * program, or of all where others have it too, is in a call that sends on it.  1: sent; 0: not now.
 */
int tend_beat(struct watched *w, const struct member *m, const struct member *all, int64_t now_ms);

#endif
