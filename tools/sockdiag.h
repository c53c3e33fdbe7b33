/* SPDX-License-Identifier: MIT */
/*
 * TCP sockets as the kernel lists them: sock_diag(7), asked by libmnl.  One dump tells of every
 * socket of a network namespace, TCP_INFO included, at 0.7 to 1 microseconds of CPU time each
 * (measured: 20 000 sockets in 13 to 20 ms, 0.5 ms where there is none; most of it the kernel's
 * cache misses), touches no program, and needs no privilege.
 */
#ifndef PEERLESS_TOOLS_SOCKDIAG_H
#define PEERLESS_TOOLS_SOCKDIAG_H

#include <stdbool.h>
#include <stdint.h>

#include "sys/endpoint.h"
#include "sys/tcpinfo.h"

/* idiag_timer: what the kernel waits for on this socket. */
enum sockdiag_timer {
	SOCKDIAG_TIMER_NONE,
	SOCKDIAG_TIMER_RETRANSMIT,
	SOCKDIAG_TIMER_KEEPALIVE,
	SOCKDIAG_TIMER_TIME_WAIT,
	SOCKDIAG_TIMER_PROBE, /* of a zero window */
};

struct sockdiag_socket {
	uint64_t cookie; /* SO_COOKIE: never given twice while the kernel runs */
	uint32_t inode;  /* as in /proc/PID/fd; 0 where no descriptor refers to it */
	uint32_t uid;
	struct endpoint local, peer;
	uint32_t interface; /* the index it is bound to, or 0 */
	enum sockdiag_timer timer;
	unsigned timer_count; /* of retransmissions or probes without an answer */
	uint32_t expires_ms;
	uint32_t rqueue, wqueue; /* bytes not read by the program, not acknowledged by the peer */
	/* A subflow of an MPTCP connection: the inode is the connection's, the cookie is its own
	 * and no descriptor's, and destroying it leaves the connection waiting for another subflow.
	 */
	bool mptcp;
	struct tcpinfo info;
};

struct sockdiag;

/*
 * Of the network namespace that netns, an open /proc/PID/ns/net, stands for; -1: our own.
 * NULL with errno (EPERM: another one's, and we are not root there).
 */
struct sockdiag *sockdiag_open(int netns);
void sockdiag_close(struct sockdiag *d);

/* Is more to be told of the socket with this inode?  The next one that is told of is this. */
typedef bool sockdiag_wants(void *context, uint32_t inode);
typedef void sockdiag_each(void *context, const struct sockdiag_socket *s);

/*
 * Every socket, IPv4 and IPv6, that is neither listening nor in TIME_WAIT; of these, who is wanted,
 * NULL: all.  0 or -errno; a dump that the kernel says it had to cut short (NLM_F_DUMP_INTR) is no
 * error: sockets came or went.
 */
int sockdiag_dump(struct sockdiag *d, sockdiag_wants *wants, sockdiag_each *each, void *context);
/* SOCK_DESTROY of this very socket: by addresses and cookie.  0 or -errno (-ENOENT: it is gone). */
int sockdiag_destroy(struct sockdiag *d, const struct sockdiag_socket *s);

#endif
