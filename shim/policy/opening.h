/* SPDX-License-Identifier: MIT */
/*
 * How sockets that we see made become connections.  All functions keep errno, are AS-safe, and
 * change nothing in a vfork child.
 */
#ifndef PEERLESS_POLICY_OPENING_H
#define PEERLESS_POLICY_OPENING_H

#include <sys/socket.h>

#include "runtime/connpool.h"

/* After socket() and socketpair(). */
void opening_made(int fd, int domain, int type, int protocol);
void opening_paired(int fd, int domain, int type);
enum opening {
	OPENING_CONNECTS,
	OPENING_DISSOLVES, /* connect() to AF_UNSPEC */
};

/* Before connect(), and before a send with MSG_FASTOPEN. */
enum opening opening_connecting(int fd, const struct sockaddr *addr, socklen_t len);
/* Then before connect(), where that OPENING_DISSOLVES: the kernel still knows what ends by it. */
void opening_dissolving(int fd);
/* After it; rc: its result, errno with it. */
void opening_connected(int fd, int rc, enum opening what);
/* A connect that went on in the background may have ended: notices it if so. */
void opening_settle(int fd, fdtab_word w);

/* A connection begins: how, when, and a backstop for its SIGPIPE.  Its word, not yet in place. */
fdtab_word opening_begin(uint32_t flags, enum conn_how how);
/* The word of a socket that is no stream of ours: PLAIN, or OTHER where it is recorded. */
fdtab_word opening_other(int domain, enum conn_how how);
/* Flags that its options ask for; flags: what it has, FDTAB_TCP above all.  c may be NULL. */
uint32_t opening_option_flags(const struct conn *c, uint32_t flags);
/* Of socket(2)'s arguments. */
bool opening_is_stream(int type);
bool opening_is_tcp(int domain, int protocol);

#endif
