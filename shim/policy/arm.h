/* SPDX-License-Identifier: MIT */
/*
 * Which socket gets which options, and whether the program's own choice wins: DESIGN.md 7.
 * What the program set itself (conn.chosen, or a value that is not the kernel's default where we
 * did not see its history) stays, option by option, unless OVERRIDE=force.
 * conn may be NULL (pool used up).  All functions are AS-safe; errno untouched.
 */
#ifndef PEERLESS_POLICY_ARM_H
#define PEERLESS_POLICY_ARM_H

#include <stdbool.h>

#include "policy/derive.h"
#include "runtime/connpool.h"

/* Before connect(): everything, with TCP_USER_TIMEOUT as the deadline of the handshake. */
void arm_connecting(int fd, const struct conn *c);
/* After it: TCP_USER_TIMEOUT for data (KERNEL.md 6). */
void arm_connected(int fd, const struct conn *c);
/* Before listen(), and for a socket found in use: everything but that.  Was anything left to set?
 */
bool arm_all(int fd, const struct conn *c);

/* After the program's own setsockopt(): remembers it; OVERRIDE=force puts ours back. */
void arm_chosen(int fd, fdtab_word w, int level, int number);
/* Did the program ask for TCP_FASTOPEN_CONNECT?  connect() then returns before the handshake. */
bool arm_defers_syn(const struct conn *c);

/* What this kernel and network namespace contribute; asked once, with fd where it is >= 0. */
const struct derive_kernel *arm_kernel(int fd);

#endif
