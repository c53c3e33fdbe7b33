/* SPDX-License-Identifier: MIT */
/*
 * One process image's account: its calls by name, as strace -c has them, and the slowest.
 *
 * lived    from its start to its exit or exec or, where that was not seen, its last event
 * failed   returned an errno other than those of "not now"
 * again    EAGAIN, EINTR, EINPROGRESS, EALREADY: not now
 * waited   in poll, select and epoll_wait, of all threads together
 * slowest  of all but the wait family and accept(2), which wait for others by design
 */
#ifndef PEERLESS_TOOLS_TALLY_PROCESS_H
#define PEERLESS_TOOLS_TALLY_PROCESS_H

#include "event.h"

enum { TALLY_SLOW = 5 };

struct tally_call {
	uint64_t count, failed, again, total_ns, longest_ns, bytes;
};

struct tally_slow {
	uint64_t ns;
	int64_t start_ns;
	enum call_id call;
	int fd, ret, error;
	struct connection conn; /* opened: known */
};

struct tally_process {
	uint32_t process, pid;
	char prog[64];
	int64_t first_ns, last_ns;
	bool ended, exited; /* ended: also by exec, which makes another image of the same pid */
	uint32_t status;    /* of wait(2), where exited */
	uint64_t calls, failed, bytes_in, bytes_out, calls_ns, waited_ns, lost;
	struct tally_call call[CALL_COUNT];
	unsigned slow_count;
	struct tally_slow slow[TALLY_SLOW]; /* slowest first */
};

void tally_process_event(struct tally_process *p, const struct event *e);
/* into += of, as far as sums go: what is left of processes that are not shown. */
void tally_process_add(struct tally_process *into, const struct tally_process *of);

/* Those kept: at most 2 * TALLY_PROCESSES, the busiest; the rest is one sum. */
enum { TALLY_PROCESSES = 128 };
struct tally_processes {
	struct tally_process *kept[2 * TALLY_PROCESSES]; /* after _sort: busiest first */
	unsigned count;
	uint64_t folded; /* how many are in rest */
	struct tally_process rest, *last;
};

struct tally_process *tally_process_of(struct tally_processes *all, const struct event *e);
void tally_process_sort(struct tally_processes *all);
void tally_process_free(struct tally_processes *all);

#endif
