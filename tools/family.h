/* SPDX-License-Identifier: MIT */
/*
 * The processes that are watched: those named, and their descendants.  Each is held by a pidfd, so
 * a number that is given to another process is never mistaken for it.  We ourselves never belong
 * to it, and nor does a thread of the kernel.
 */
#ifndef PEERLESS_TOOLS_FAMILY_H
#define PEERLESS_TOOLS_FAMILY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "runtime/process.h"
#include "sys/kin_mark.h"

#define FAMILY_MARK KIN_MARK_VARIABLE /* its value is the mark */

enum {
	FAMILY_NAME = 16,
	FAMILY_MARK_MAX = 32,
	FAMILY_SEARCH_MS = 10000,
	FAMILY_SHARE = 200, /* looking at them took 1 ms: the next look 200 ms later */
};

struct member {
	pid_t pid;
	int pidfd;
	pid_t thread; /* one that runs: pid, unless that thread has exited before the others */
	char name[FAMILY_NAME]; /* of /proc/PID/comm, untrusted */
	/* Base name of what was executed, as the library has it, for ONLY and EXCEPT; untrusted. */
	char executed[PROCESS_NAME_MAX];
	bool preloaded; /* libpeerless.so is mapped */
	uint64_t netns; /* inode of /proc/PID/ns/net; 0: not to be known */
	int error;      /* errno of what we may not do with it; 0: all is well */
	int told;       /* the last of these that a line has told of; the sentinel's */
	bool spared;    /* DISABLE, ONLY or EXCEPT: it is only looked at; the sentinel's */
	struct member *next;
	/* What family.c alone needs: what it looked like, and from when on that is to last. */
	uint64_t started, image;
	int64_t settles_ms;
};

struct family {
	struct member *first;
	bool descendants;           /* follow children */
	bool scans;                 /* in all of /proc: the kernel does not list them */
	char mark[FAMILY_MARK_MAX]; /* theirs, see sys/kin_mark.h; "": none */
	/* family.c's own: when the next look and search may be, and whether one has ended since. */
	int64_t look_ms, search_ms, searched_ms;
	uint64_t since; /* the first of all started then: who carries the mark did later */
	bool lost;
};

/*
 * 0 or -errno: -ESRCH, -EPERM (/proc does not show it), -EINVAL (a thread's id, a thread of the
 * kernel, or us).  A process that is there already is not added again.
 */
int family_add(struct family *f, pid_t pid);
/* Why family_add() said so, for a message behind the number. */
void family_explain(pid_t pid, int rc, char *out, size_t size);
/*
 * Forgets who has ended, and adds new children; where one has ended, or every FAMILY_SEARCH_MS,
 * also who carries the mark but is nobody's child any more (a daemon).  Looks no more often than
 * its own cost allows, so a child is found with the next look.  Returns how many there are.
 * Limit: a daemon that its parent leaves between two looks is not found where it has neither our
 * library (static, setuid) nor the environment that it was started with.
 */
unsigned family_refresh(struct family *f, int64_t now_ms);
/* Waits until timeout_ms have passed, one of them ends, or signals (a signalfd, or -1) is readable.
 */
void family_wait(const struct family *f, int signals, int timeout_ms);
bool family_all_ended(const struct family *f);
const struct member *family_find(const struct family *f, pid_t pid);
void family_free(struct family *f);

#endif
