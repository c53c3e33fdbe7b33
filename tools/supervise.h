/* SPDX-License-Identifier: MIT */
/*
 * Being the parent of a program that shall not notice: it is in our process group, so the terminal
 * sends it its signals itself; what is sent to us is passed on; it stops, we stop; and we end as it
 * ended.  One thread, no handler: signals are blocked here, and taken in supervise_wait().
 */
#ifndef PEERLESS_TOOLS_SUPERVISE_H
#define PEERLESS_TOOLS_SUPERVISE_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "program.h"

struct supervise {
	pid_t pid; /* 0: there is no program, only signals */
	bool ended;
	int status;     /* once it ended, of waitpid(2) */
	unsigned asked; /* how often we ourselves were told to end: by SIGINT and such, from the
			   moment on from which there is no program */
	bool stopped, stop_typed;
	sigset_t taken, ignored, mask; /* taken here; ignored and blocked by our caller */
};

/*
 * No descriptor of ours becomes 0, 1 or 2: where they are closed, /dev/null is there for us, which
 * cannot be written, and nothing for what we execute.
 */
void supervise_stdio(void);

/*
 * Starts it with the signal mask and dispositions that we have got.  0, or the errno of
 * program_exec() or fork(2); there is no child then.
 */
int supervise_start(struct supervise *s, const struct program *t, char **argv);
/* Without a program: SIGINT, SIGTERM, SIGHUP and SIGQUIT are counted in asked. */
void supervise_nothing(struct supervise *s);

/* Waits until a signal comes, at most this long, and does what is to be done about all of them. */
void supervise_wait(struct supervise *s, int timeout_ms);

/* The exit status that is the program's; where a signal killed it, that kills us, without a core.
 */
int supervise_end(const struct supervise *s);

#endif
