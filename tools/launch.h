/* SPDX-License-Identifier: MIT */
/*
 * What `peerless run` and `peerless trace` have in common: which options there are, what is looked
 * at before CMD starts, and what of ours is in its environment.  Whatever is wrong ends the program
 * with a message, before anything has started.
 */
#ifndef PEERLESS_TOOLS_LAUNCH_H
#define PEERLESS_TOOLS_LAUNCH_H

#include <limits.h>
#include <stdbool.h>

#include "flags.h"
#include "program.h"

struct launch {
	struct flags flags;
	bool require; /* refuse what cannot be covered */
	char **cmd;
	/* of launch_check(): */
	struct program program;
	const struct settings *settings;
	char library[PATH_MAX];
};

/* Takes one argument that begins with "--"; own are the caller's other flags, as in flags.h. */
void launch_take(struct launch *l, const char *arg, const char *const *own);
/* The usage text's lines of what launch_take() takes. */
void launch_usage(void);

/* Finds CMD, reads the settings, and judges whether the library gets in. */
void launch_check(struct launch *l);
/* Puts LD_PRELOAD and PEERLESS_x into our environment. */
void launch_export(const struct launch *l);

/* Says why CMD could not be executed, and ends with the status for that. */
_Noreturn void launch_failed(const struct launch *l, int err);

#endif
