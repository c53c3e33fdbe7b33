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
/* Whatever waits has ended; now_ns: the recording has. */
void lifetime_free(struct lifetime *l, int64_t now_ns);
/* Calls were lost: no flow is told by both ends any more. */
void lifetime_lost(struct lifetime *l, int64_t now_ns);

/* Which end the event's connection is; of a raw socket and of what is none, NULL. */
struct flow_end *lifetime_end_of(struct lifetime *l, const struct event *e);
/* Anew: what it was an end of is over. */
struct flow_end *lifetime_rejoin(
	struct lifetime *l, const struct event *e, const struct packets *of);
/* So it was opened (enum conn_how); whole: all that either end does is told. */
void lifetime_opened(struct flow_end *end, uint8_t how, bool whole);
/* It is closed: the process' connection is no longer an end. */
void lifetime_drop(struct lifetime *l, const struct event *e, const struct packets *of);
/* A process has a child, is another program, or has ended: the kernel closes what it had alone. */
void lifetime_process(struct lifetime *l, const struct event *e);
void lifetime_pass(struct lifetime *l, int64_t now_ns);

#endif
