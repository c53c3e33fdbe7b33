/* SPDX-License-Identifier: MIT */
/*
 * How descriptors become connections: made, connected, accepted, or found in use.  Called by
 * entry/ around the calls that do so; those that carry data never come this way but once.
 * All functions keep errno, are AS-safe, and change nothing in a vfork child.
 */
#ifndef PEERLESS_POLICY_OPENING_H
#define PEERLESS_POLICY_OPENING_H

#include <sys/socket.h>

#include "runtime/connpool.h"

/* After socket() and socketpair(). */
void opening_made(int fd, int domain, int type, int protocol);
void opening_paired(int fd, int domain, int type);
/* An UNKNOWN descriptor is used: finds out what it is, arms it.  The new word. */
fdtab_word opening_found(int fd);
/* A FRESH one is used though we saw no connect().  The new word. */
fdtab_word opening_fresh(int fd, fdtab_word w);

/* Around connect(), and before a send with MSG_FASTOPEN; rc: connect's result, errno with it. */
void opening_connecting(int fd, const struct sockaddr *addr, socklen_t len);
void opening_connected(int fd, int rc);
/* A connect that went on in the background may have ended: notices it if so. */
void opening_settle(int fd, fdtab_word w);

/* A connection begins: how, when, and a backstop for its SIGPIPE.  Its word, not yet in place. */
fdtab_word opening_begin(uint32_t flags, enum conn_how how);
/* Flags that its options ask for; flags: what it has, FDTAB_TCP above all.  c may be NULL. */
uint32_t opening_option_flags(const struct conn *c, uint32_t flags);

#endif
