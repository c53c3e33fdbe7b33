/* SPDX-License-Identifier: MIT */
/* What holds for the whole process: its options and its name.  Written before main, then const. */
#ifndef PEERLESS_RUNTIME_PROCESS_H
#define PEERLESS_RUNTIME_PROCESS_H

#include "runtime/settings.h"

#define PROCESS_NAME_MAX 64

extern struct settings process_settings;
/* Base name of what was executed (of the script, for a script): AT_EXECFN. */
extern char process_name[PROCESS_NAME_MAX];

/* Finds the name; "?" where the kernel gives none. */
void process_init(void);
/* Does the kernel distrust our environment (setuid, file capabilities)?  AT_SECURE. */
int process_secure(void);

#endif
