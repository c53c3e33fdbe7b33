/* SPDX-License-Identifier: MIT */
/*
 * Strict mode: the program filters its own system calls (seccomp(2)), and none of ours would be
 * in its list.  From then on every call is handed over untouched (option SECCOMP).
 */
#ifndef PEERLESS_POLICY_STRICT_H
#define PEERLESS_POLICY_STRICT_H

#include <stdbool.h>

/* Before the call that installs a filter.  Did strict mode begin?  Not in a vfork child. */
bool strict_begin(void);
/* After it.  A call that failed takes it back: many programs only probe, with a bad pointer. */
void strict_end(bool began, bool failed);

#endif
