/* SPDX-License-Identifier: MIT */
/*
 * When a flow (flow.h) ends, which its packets of TCP must show.  A process that closes a socket
 * may have left it to a fork child, which the recording shows only at the child's first call: a
 * flow that may go on so ends a second later, with a FIN of the time at which it was closed.
 */
#ifndef PEERLESS_TOOLS_LIFETIME_H
#define PEERLESS_TOOLS_LIFETIME_H

#include <stdint.h>
#include <stdio.h>

#include "flow.h"
#include "packet.h"

#define LIFETIME_PIDS 65536

struct lifetime {
	FILE *out;
	struct flows flows;
	uint8_t forked[LIFETIME_PIDS / 8]; /* a bit a process id, modulo: it has children */
};

void lifetime_init(struct lifetime *l, FILE *out);
/* Whatever waits has ended. */
void lifetime_free(struct lifetime *l);

struct flow_end *lifetime_join(struct lifetime *l, struct connection *c);
/* A process' connection is no longer this end. */
void lifetime_leave(
	struct lifetime *l, struct flow_end *end, uint32_t pid, const struct packets *of);
/* This process has a child; its program is another one, and has none. */
void lifetime_fork(struct lifetime *l, uint32_t pid);
void lifetime_exec(struct lifetime *l, uint32_t pid);
/* It has ended, and the kernel closes what it had alone. */
void lifetime_exit(struct lifetime *l, uint32_t pid, int64_t now_ns);
void lifetime_pass(struct lifetime *l, int64_t now_ns);

#endif
