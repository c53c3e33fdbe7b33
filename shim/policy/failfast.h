/* SPDX-License-Identifier: MIT */
/*
 * From a verdict to a line and an action: DESIGN.md 10.  Each death is told once a connection.
 * AS-safe; errno is kept; may not return (exit, abort).
 */
#ifndef PEERLESS_POLICY_FAILFAST_H
#define PEERLESS_POLICY_FAILFAST_H

#include "policy/verdict.h"
#include "runtime/fdtab.h"

/*
 * A call on fd failed with err while it did what phase says.  Returns the errno for the program:
 * err, or that of the sentence where the sentinel ended the connection, or of its condemnation
 * while the call was under way.
 */
int failfast_error(int fd, fdtab_word w, int err, enum phase phase, enum method seen);
/* The peer ended its stream: 0; or the connection has died: the errno for the program. */
int failfast_eof(int fd, fdtab_word w);
/* RECV_TIMEOUT or SEND_TIMEOUT ran out. */
void failfast_deadline(int fd, fdtab_word w, bool receiving);
/* A call of ours took the connection's pending error: the next call gets it after all. */
void failfast_used_up(int fd, fdtab_word w, int err);
/* What a call on a CONDEMNED descriptor fails with. */
int failfast_errno(fdtab_word w);
/* The socket begins anew: its calls do not fail any more. */
void failfast_pardon(int fd, fdtab_word w);
/* A call has failed with it. */
void failfast_spent(int fd, fdtab_word w);

#endif
