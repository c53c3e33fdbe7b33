/* SPDX-License-Identifier: MIT */
/*
 * The writing side of a recording (shim/record.h): stores into a file that is mapped, allocated up
 * front and held open by nobody.  AS-safe, no lock, no system call, but getpid() once in a fork
 * child.  Signal handlers may interrupt a record being written, and write their own behind it.
 * A vfork child writes as its parent, whose thread waits meanwhile.  How one record is written:
 * runtime/recorder_room.h.
 */
#ifndef PEERLESS_RUNTIME_RECORDER_H
#define PEERLESS_RUNTIME_RECORDER_H

#include <stdbool.h>
#include <time.h>

#include "record.h"
#include "record_story.h"
#include "sys/compiler.h"

/* False until recorder_map(), and again after recorder_stop(). */
extern HIDDEN bool recorder_on;
/* Bytes of payload that are kept of a call. */
extern HIDDEN uint32_t recorder_payload;

/* In ns, by the vDSO. */
static inline int64_t recorder_clock(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static inline int64_t recorder_now(void)
{
	return recorder_clock(CLOCK_MONOTONIC);
}

/*
 * Maps the recording that is open as fd (runtime/recording.h) and takes part in it as a new process
 * of this name, which must live on.  0 or -Exxx.  Before main.  wiped: a word that a fork child
 * finds zeroed; NULL where the kernel may not be asked for such, and libc's word is taken.
 */
int recorder_map(int fd, const char *name, uint32_t *wiped);
/* No further record from this process.  Nothing is unmapped: a thread may be writing.  And back. */
void recorder_stop(void);
void recorder_resume(void);

/* In a fork child: tells of it.  Else its first event does. */
void recorder_forked(void);
/* Tells *s; head, times and process are filled in here, pid and tid where they are 0. */
void recorder_tell(struct story *s, enum story_kind kind);

#endif
