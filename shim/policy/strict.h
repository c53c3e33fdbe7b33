/* SPDX-License-Identifier: MIT */
/*
 * Strict mode: the program filters its own system calls (seccomp(2)), and none of ours would be
 * in its list.  From then on every call is handed over untouched (option SECCOMP).
 */
#ifndef PEERLESS_POLICY_STRICT_H
#define PEERLESS_POLICY_STRICT_H

#include <stdbool.h>

/*
 * Before main: may there be a filter already, a container's or a service manager's?  True also
 * where there is no /proc to ask.
 */
bool strict_init(void);
/*
 * Under a filter that somebody else installed, socket calls are ours to make once the program has
 * made one itself: before that, even asking what a descriptor is may be forbidden on pain of death.
 */
void strict_network_seen(void);
bool strict_may_ask(void);

/* Before the call that installs a filter.  Did strict mode begin?  Not in a vfork child. */
bool strict_begin(const void *filter);
/* After it.  A call that failed takes it back: many programs only probe, with a bad pointer. */
void strict_end(bool began, bool failed);

#endif
