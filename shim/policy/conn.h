/* SPDX-License-Identifier: MIT */
/*
 * A connection between its opening and its end: which options hold for it, which descriptors
 * refer to it.  All functions keep errno, are AS-safe, and change nothing in a vfork child.
 */
#ifndef PEERLESS_POLICY_CONN_H
#define PEERLESS_POLICY_CONN_H

#include <sys/socket.h>

#include "runtime/connpool.h"
#include "runtime/rules.h"

/* The options in force for it; c may be NULL. */
const struct config *conn_config(const struct conn *c);
/* Looks up its rule; listen_port as in rules_match().  Needs c->peer. */
void conn_choose_rule(struct conn *c, int listen_port);
/* Is fd still the socket that w spoke of?  Compares SO_COOKIE; takes it the first time. */
bool conn_verified(int fd, fdtab_word w);
/* The same, and what turned out stale is forgotten. */
bool conn_still(int fd, fdtab_word w);
/* Did this side surely call connect(): what tcpinfo_read() wants to know?  c may be NULL. */
bool conn_opened(const struct conn *c);
/* Milliseconds of CLOCK_MONOTONIC_COARSE. */
uint64_t conn_now_ms(void);

/* The kernel just gave out fd: what the table had there is stale. */
void conn_install(int fd, fdtab_word w);
/* After dup() and its kin. */
void conn_moved(int from, int to);
/* Before close(); a plain descriptor costs one store. */
void conn_closing(int fd);
/* Before close_range(); flags by which it closes nothing, or fails, change nothing. */
void conn_closing_range(unsigned first, unsigned last, unsigned flags);
/* After recvmsg(): descriptors that came in by SCM_RIGHTS. */
void conn_received(const struct msghdr *msg);
/* After shutdown(). */
void conn_shut(int fd, int how);

#endif
