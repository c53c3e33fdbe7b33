/* SPDX-License-Identifier: MIT */
/*
 * Which file CMD really is: the search along PATH as execvp(3) does it, then the #! lines down to
 * the program that the kernel loads.  Looks only; nothing is executed.
 */
#ifndef PEERLESS_TOOLS_PROGRAM_H
#define PEERLESS_TOOLS_PROGRAM_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define PROGRAM_HOPS_MAX 8 /* the kernel follows 4 #! lines in one go, env starts afresh */

struct program {
	char path[PATH_MAX];                          /* the file of CMD */
	char interpreter[PROGRAM_HOPS_MAX][PATH_MAX]; /* of path, of interpreter[0], ... */
	unsigned hops;
	/* What the library in there will take for the program's name: the base of AT_EXECFN. */
	const char *name;
	bool by_shell; /* text without a #! line, which execvp(3) gives to /bin/sh */
	bool scrubbed; /* a line such as "#!/usr/bin/env -i" drops the environment, and us with it
			*/
};

/*
 * 0, or STATUS_MISSING or STATUS_CANNOT with a reason for a message in why[why_size].
 * The interpreter of a script counts: without it the script cannot be executed either.
 * t->name is set in any case; it points into *t or cmd.
 */
int program_resolve(struct program *t, const char *cmd, char *why, size_t why_size);
/* What the kernel loads in the end. */
const char *program_loaded(const struct program *t);
/* What path names, without its folders. */
const char *program_basename(const char *path);
/* execvp(3) with the file that was resolved.  Returns only on failure: an errno. */
int program_exec(const struct program *t, char *const argv[]);

#endif
