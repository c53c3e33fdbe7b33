/* SPDX-License-Identifier: MIT */
/*
 * What the sentinel writes on a socket that it is about to end, so that the program's own calls
 * fail with the cause's errno: to the kernel it is an abort (ECONNABORTED, or ECONNRESET, then
 * EPIPE or an end of stream; KERNEL.md 12).  It stands in TCP_USER_TIMEOUT, which means nothing to
 * a connection that has ended, stays readable (measured, Linux 6.18: after SOCK_DESTROY and after
 * connect(AF_UNSPEC)), and is a number of ms, some 901 s, that nobody else chooses: near what Linux
 * gives a connection by itself, so that is what one has whose sentinel is killed just between this
 * and the end.  AS-safe; errno is kept.
 */
#ifndef PEERLESS_POLICY_SENTENCE_H
#define PEERLESS_POLICY_SENTENCE_H

#include "policy/verdict.h"

/* Writes it; 0 or -Exxx.  The connection is to be ended at once. */
int sentence_write(int fd, enum cause cause, enum method method);
/* Is there one on this TCP socket?  Then *v is the verdict, a death, as met by `seen`. */
bool sentence_read(int fd, enum method seen, struct verdict *v);
/* The socket is to be connected anew: a sentence is taken off.  What the program had set instead is
 * not known here, so it is as if it had set nothing. */
void sentence_lift(int fd);

#endif
