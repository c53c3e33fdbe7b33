/* SPDX-License-Identifier: MIT */
/*
 * Which process and descriptor an inode of sock_diag belongs to, by /proc/PID/fd.  A scan costs
 * some 2 microseconds a descriptor, so it is made only where a dump shows an inode that is in no
 * scan yet, and not more often than its own cost allows (SOCKMAP_SHARE of the time).
 */
#ifndef PEERLESS_TOOLS_SOCKMAP_H
#define PEERLESS_TOOLS_SOCKMAP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	SOCKMAP_SHARE = 200, /* a scan that took 1 ms: the next one 200 ms later at the earliest */
	SOCKMAP_AGAIN_MS = 30000,
};

struct sockmap;

struct sockmap_owner {
	pid_t pid;
	int fd;      /* the lowest; a socket may have more */
	bool shared; /* another of the processes has it as well */
};

struct sockmap *sockmap_new(void);
void sockmap_free(struct sockmap *m);

/*
 * The owner, or NULL: none of the processes scanned last has it.  An inode asked for that was in no
 * scan yet makes sockmap_due() true; one that a scan did not find is another program's, and is
 * looked for again only when everything is (SOCKMAP_AGAIN_MS: descriptors can be passed on).
 */
const struct sockmap_owner *sockmap_find(struct sockmap *m, uint32_t inode);
/* Is it time for a scan?  now_ms: CLOCK_MONOTONIC. */
bool sockmap_due(const struct sockmap *m, int64_t now_ms);
/*
 * Begins one, adds each process, ends it.  _add: 0 or -errno (-EPERM, -ENOENT: it has ended).
 * thread: one of it that runs, as the others show no descriptors.
 */
void sockmap_begin(struct sockmap *m);
int sockmap_add(struct sockmap *m, pid_t pid, pid_t thread);
void sockmap_end(struct sockmap *m, int64_t now_ms);
/* What /proc said is wrong by now: a scan is due. */
void sockmap_stale(struct sockmap *m);
/* rc is grab_socket()'s: is the number another socket's by now, or nobody's?  Then it is stale. */
bool sockmap_moved(struct sockmap *m, int rc);
/* Descriptors seen by the last scan, sockets or not, and what it cost in CPU time. */
uint32_t sockmap_descriptors(const struct sockmap *m);
int64_t sockmap_cost_ns(const struct sockmap *m);

#endif
