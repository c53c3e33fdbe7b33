/* SPDX-License-Identifier: MIT */
/*
 * CHILDREN: what a program started by exec or posix_spawn gets of us.  inherit is libc's own
 * doing; strip edits this process's environ once; force adds to each new environment what the
 * program has taken out.
 */
#ifndef PEERLESS_POLICY_ENVIRONMENT_H
#define PEERLESS_POLICY_ENVIRONMENT_H

#include "runtime/value.h"

#define ENVIRONMENT_VARIABLES_MAX 160
#define ENVIRONMENT_PRELOAD_MAX   384

/* Room for one forced environment, on the caller's stack. */
struct environment {
	char *variable[ENVIRONMENT_VARIABLES_MAX];
	char preload[ENVIRONMENT_PRELOAD_MAX];
};

/* Before main: remembers our variables (force), or takes them out of envp (strip). */
void environment_init(enum children children, char **envp);
/*
 * The environment to start a program with: envp itself, or *room filled with it and what is
 * missing of ours.  Where that does not fit, envp itself.  AS-safe.
 */
char *const *environment_for_child(char *const *envp, struct environment *room);

#endif
