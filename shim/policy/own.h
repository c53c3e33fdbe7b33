/* SPDX-License-Identifier: MIT */
/*
 * What looks like a peer's end and is this side's own doing, or that of a process that shares the
 * socket: shutdown(), connect() to AF_UNSPEC, a write to a listener.  AS-safe; errno is kept.
 */
#ifndef PEERLESS_POLICY_OWN_H
#define PEERLESS_POLICY_OWN_H

#include "policy/verdict.h"
#include "runtime/connpool.h"

struct tcpinfo;

/* Is the error that v is of?  c and info may be NULL. */
bool own_error(const struct verdict *v, const struct conn *c, const struct tcpinfo *info);
/* Is the end of stream that a call on fd gave?  Asks the socket. */
bool own_end(int fd, fdtab_word w, const struct conn *c);
/* Is it as if new, connected to nobody, whatever it was before? */
bool own_anew(const struct tcpinfo *info);

#endif
