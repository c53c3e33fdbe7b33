/* SPDX-License-Identifier: MIT */
/*
 * Which connections of a recording are one conversation on the wire, for print_pcapng.c.  A
 * connection is one process' view of a socket (event.h).  Views of one socket, as of fork children
 * that share it, have one SO_COOKIE and so one flow.  Where both ends of a conversation are in the
 * recording, each byte is shown once all the same (stream.h); the view that came first is the near
 * end.  An end whose address is not known gets one of its own, made of the flow's number: of
 * 100::/64, which no network has (RFC 6666), or of 192.0.2.0/24, which is for examples (RFC 5737).
 */
#ifndef PEERLESS_TOOLS_FLOW_H
#define PEERLESS_TOOLS_FLOW_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "event.h"
#include "stream.h"

/* The user of each connection that has a flow (event.h). */
struct flow_end {
	struct flow *flow;
	struct endpoint address;
	uint64_t cookie;      /* 0: not known */
	unsigned holders;     /* connections that are this end */
	uint32_t pid;         /* of the last of them; 0: there never was one */
	bool finished;        /* TCP: its FIN was sent */
	struct stream stream; /* TCP */
	uint32_t next, acked; /* TCP: what it sends next; what of that is acknowledged */
};

enum { FLOW_NEAR, FLOW_FAR }; /* ends */
enum { FLOW_IP, FLOW_UNIX };  /* interfaces */

struct flow {
	TAILQ_ENTRY(flow) link;
	uint64_t number; /* 1, 2, ... */
	uint8_t protocol, interface;
	bool shown;      /* there was a packet of it */
	bool unused;     /* its near end was accepted, and nothing done with it since */
	bool both;       /* TCP: both ends tell; else the teller alone, who told first */
	bool over;       /* TCP: reset or given up; nothing more goes over it */
	bool peer_first; /* the peer's FIN came before the near end was closed */
	bool found_by_cookie, found_by_addresses, lingers;
	int64_t closed_ns;                /* when its near end was, with lingers */
	struct flow_end *caller, *teller; /* NULL: not known, nobody so far */
	struct flow_end end[2];
};

TAILQ_HEAD(flow_list, flow);
struct flows {
	uint64_t count;
	void *by_cookie, *by_addresses; /* tsearch(3) */
	struct flow_list live, lingering;
};

void flows_init(struct flows *all);
void flows_free(struct flows *all);
/* Makes the connection one end of a flow, a new one or one that is there: c->user.  Says in
 * *replaced which flow, if any, had these addresses and can have them no more; it is still there.
 */
struct flow_end *flow_join(struct flows *all, struct connection *c, struct flow **replaced);
/* Tells a flow with made-up addresses where it was to go. */
void flow_name_peer(struct flow *f, const struct endpoint *peer);
/* A connection is no longer this end; was it the last? */
bool flow_leave(struct flow_end *e);
/* Its near end seems closed: a fork child may flow_join().  _stay: waits no more. */
void flow_linger(struct flows *all, struct flow *f, int64_t now_ns);
void flow_stay(struct flows *all, struct flow *f);
void flow_free(struct flows *all, struct flow *f);

/* That address among those of a family: one that is bound to none is 0.0.0.0, or ::. */
struct endpoint flow_address(struct endpoint e, uint16_t family);

static inline struct flow_end *flow_other(const struct flow_end *e)
{
	return &e->flow->end[e == &e->flow->end[FLOW_NEAR]];
}

#endif
