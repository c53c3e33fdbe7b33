/* SPDX-License-Identifier: MIT */
/*
 * The processes that are watched: those named, and their descendants.  Each is held by a pidfd, so
 * a number that is given to another process is never mistaken for it.
 */
#ifndef PEERLESS_TOOLS_FAMILY_H
#define PEERLESS_TOOLS_FAMILY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { FAMILY_NAME = 16 };

struct member {
	pid_t pid;
	int pidfd;
	char name[FAMILY_NAME]; /* of /proc/PID/comm, untrusted */
	bool preloaded;         /* libpeerless.so is mapped */
	uint64_t netns;         /* inode of /proc/PID/ns/net; 0: not to be known */
	int error; /* errno of what we may not do with it; 0: all is well.  Told once */
	struct member *next;
};

struct family {
	struct member *first;
	bool descendants; /* follow children */
	char mark[32];    /* value of PEERLESS_SENTINEL in their environment; "": none */
};

/* 0 or -errno: -ESRCH, -EPERM.  A process that is there already is not added again. */
int family_add(struct family *f, pid_t pid);
/*
 * Forgets who has ended, and adds new children; where one has ended, or every FAMILY_SEARCH_MS,
 * also who carries the mark but is nobody's child any more (a daemon).  Returns how many there are.
 */
unsigned family_refresh(struct family *f, int64_t now_ms);
/* Waits until timeout_ms have passed, one of them ends, or signals (a signalfd, or -1) is readable.
 */
void family_wait(const struct family *f, int signals, int timeout_ms);
const struct member *family_find(const struct family *f, pid_t pid);
void family_free(struct family *f);

#endif
