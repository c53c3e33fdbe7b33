/* SPDX-License-Identifier: MIT */
/*
 * What the sentinel did, in lines like the library's (runtime/log.h), under the watched program's
 * pid and name: armed, condemned, peer-dead, leaked, heartbeat, slow, crowded, refused.
 */
#ifndef PEERLESS_TOOLS_SENTINEL_LOG_H
#define PEERLESS_TOOLS_SENTINEL_LOG_H

#include "tend.h"

void sentinel_log_armed(
	const struct watched *w, const struct member *m, const struct tend_options *o);
/* Many at once: how many, with the process and options of the last; several: of others too. */
void sentinel_log_armed_many(
	unsigned count, bool several, const struct member *m, const struct tend_options *o);
void sentinel_log_condemned(
	const struct watched *w, const struct member *m, enum tend_end how, const char *action);
/* The kernel has ended it. */
void sentinel_log_dead(const struct watched *w, const struct member *m, const char *action);
void sentinel_log_leaked(const struct watched *w, const struct member *m);
void sentinel_log_beat(const struct watched *w, const struct member *m);
/* So many descriptors that a new connection is found only so late.  m: any of the processes. */
void sentinel_log_slow(const struct member *m, unsigned descriptors, int64_t within_ms);
/* More sockets over loopback than netdev_max_backlog takes packets.  m: any of the processes. */
void sentinel_log_crowded(const struct member *m, unsigned sockets, unsigned backlog);
/* Something that could not be done: what, for which connection (NULL: the process), and why. */
void sentinel_log_refused(
	const char *what, const struct watched *w, const struct member *m, int err);

#endif
