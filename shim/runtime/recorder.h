/* SPDX-License-Identifier: MIT */
/*
 * The writing side of a recording (shim/record.h): stores into a file that is mapped, allocated up
 * front and held open by nobody.  AS-safe, no lock, no system call, but getpid() once in a fork
 * child.  Signal handlers may interrupt a record being written, and write their own behind it.
 * A vfork child writes as its parent, whose thread waits meanwhile.
 */
#ifndef PEERLESS_RUNTIME_RECORDER_H
#define PEERLESS_RUNTIME_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "record.h"
#include "record_story.h"
#include "sys/compiler.h"

/* False until recorder_map(), and again after recorder_stop(). */
extern HIDDEN bool recorder_on;
/* Bytes of payload that are kept of a call. */
extern HIDDEN uint32_t recorder_payload;

/* CLOCK_MONOTONIC in ns, by the vDSO. */
static inline int64_t recorder_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
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

/* Room for one record; chunk is NULL where there is none, and the event is counted as lost. */
struct recorder_room {
	struct record *record;
	struct record_chunk *chunk;
};

/*
 * This process: its number, 0 in a fork child that has written nothing yet.  This thread's chunk
 * and its ticket << 32, of which a signal handler may change either between any two instructions;
 * owner: the number of the process that it was taken for; stamp: the same, or RECORDER_UNSTAMPED
 * where that is not all there is to ask: payload is kept, or forks are not seen there.
 */
extern HIDDEN uint32_t *recorder_process;
#define RECORDER_UNSTAMPED UINT32_MAX
struct recorder_thread {
	struct record_chunk *chunk;
	uint64_t turn;
	uint32_t stamp, owner, tid;
};
extern HIDDEN __thread struct recorder_thread recorder_mine
	__attribute__((tls_model("initial-exec")));

/* Room in the chunk that this thread has, if it is still its own. */
static inline struct recorder_room recorder_reserve_here(uint32_t bytes)
{
	struct record_chunk *k = recorder_mine.chunk;
	uint64_t at = recorder_mine.turn;
	struct record *r;

	k->writing++;
	at = __atomic_fetch_add(&k->reserved, bytes, __ATOMIC_SEQ_CST) - at;
	/* Not its own: far too much. */
	if (UNLIKELY(at > RECORD_CHUNK_BYTES - bytes)) {
		k->writing--;
		return (struct recorder_room){NULL, NULL};
	}
	r = (struct record *)((char *)k + at);
	__atomic_store_n(&r->head, record_head(bytes, RECORD_PENDING, 0, 0, 0), __ATOMIC_RELAXED);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	return (struct recorder_room){r, k};
}

/*
 * Room in whatever chunk, a new one if need be.  bytes: a multiple of 8, at most a chunk's.  The
 * end of the event must be read after this.
 */
struct recorder_room recorder_reserve(uint32_t bytes);

static inline bool recorder_is_stamped(void)
{
	return LIKELY(recorder_mine.stamp == *recorder_process);
}

static inline void recorder_commit(struct recorder_room room, uint64_t head)
{
	__atomic_store_n(&room.record->head, head, __ATOMIC_RELEASE);
	room.chunk->writing--;
}

/* Tells *s; head, times and process are filled in here, pid and tid where they are 0. */
void recorder_tell(struct story *s, enum story_kind kind);

#endif
