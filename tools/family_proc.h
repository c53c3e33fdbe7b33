/* SPDX-License-Identifier: MIT */
/*
 * What /proc says of one process.  A number in there may be another process by now: whoever asks
 * holds a pidfd, and looks afterwards whether that process still is.  Names are untrusted.
 */
#ifndef PEERLESS_TOOLS_FAMILY_PROC_H
#define PEERLESS_TOOLS_FAMILY_PROC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "family.h"

struct family_proc {
	char name[FAMILY_NAME];
	pid_t parent;
	pid_t thread;     /* one that runs: PID, unless that thread has exited before the others */
	bool ended;       /* a zombie */
	bool kernel;      /* a thread of the kernel */
	unsigned threads; /* how many there are */
	uint64_t started; /* never changes */
	uint64_t image;   /* changes with execve(2); 0: we may not know */
};

/* 0 or -errno: -ESRCH. */
int family_proc_read(pid_t pid, struct family_proc *out);
/* Its letter in proc(5), 'Z' or 'X' once it has exited; or -errno: -ESRCH, -EPROTO. */
int family_proc_state(pid_t thread);
/* Does it run code of libpeerless.so?  Or -errno: -EACCES. */
int family_proc_preloaded(pid_t thread);
/*
 * Base name of what it executed, of a script the script's own (AT_EXECFN of a 64-bit program).
 * false: it cannot be known.
 */
bool family_proc_executed(pid_t thread, char out[PROCESS_NAME_MAX]);
/* Inode of its network namespace, or 0. */
uint64_t family_proc_netns(pid_t thread);
/* Was it started with FAMILY_MARK=mark, or does it have the page of that mark? */
bool family_proc_marked(pid_t thread, const char *mark);
/* The process that a thread's id belongs to, or -ESRCH. */
pid_t family_proc_of_thread(pid_t tid);

typedef void family_proc_each(void *context, pid_t pid);

void family_proc_all(family_proc_each *each, void *context);
/* Does the kernel list children (CONFIG_PROC_CHILDREN)? */
bool family_proc_lists_children(void);
/* Those that p has, as far as they do not come and go meanwhile. */
void family_proc_children(
	pid_t pid, const struct family_proc *p, family_proc_each *each, void *context);

#endif
