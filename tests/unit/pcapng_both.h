/* SPDX-License-Identifier: MIT */
/* Dialogues of which both ends are recorded, and not every byte at both. */
#ifndef PEERLESS_TESTS_PCAPNG_BOTH_H
#define PEERLESS_TESTS_PCAPNG_BOTH_H

#include "pcapng_script.h"

struct both {
	struct connection a, b; /* the client, first to open, and the server */
};

static void both_open(struct script *s, struct both *x)
{
	const struct endpoint client = script_address("10.0.0.1", 41234);
	const struct endpoint server = script_address("10.0.0.2", 80);

	x->a = script_between(s, 42, CONN_CONNECT, client, server);
	x->b = script_between(s, 43, CONN_ACCEPT, server, client);
	script_opened(s, &x->a);
	script_opened(s, &x->b);
}

/* The server answers and closes, the client does not read. */
static void unread(struct script *s)
{
	struct both x;

	both_open(s, &x);
	script_send(s, &x.b, "five!");
	script_closed(s, &x.b, SIDE_US);
	script_closed(s, &x.a, SIDE_PEER);
}

/* What the client writes and reads by stdio, only the server's calls tell: also what it reads later
 * than the client has closed. */
static void by_stdio(struct script *s)
{
	struct both x;

	both_open(s, &x);
	script_recv(s, &x.b, "question");
	script_send(s, &x.b, "answer");
	script_send(s, &x.a, "seen");
	script_recv(s, &x.b, "seen, and not");
	script_closed(s, &x.a, SIDE_US);
	script_recv(s, &x.b, "last");
	script_call(s, &x.b, CALL_recv, NULL, 0, 0);
	script_closed(s, &x.b, SIDE_PEER);
}

/* What was sent and not kept, the receiver has, in part. */
static void by_sendfile(struct script *s)
{
	struct both x;

	both_open(s, &x);
	script_send(s, &x.b, "head");
	script_call(s, &x.b, CALL_sendfile, NULL, 0, 100);
	script_send(s, &x.b, "tail");
	script_recv(s, &x.a, "headfile of a hundred by");
	script_closed(s, &x.a, SIDE_US);
	script_closed(s, &x.b, SIDE_PEER);
}

/* The recording ends before the receiver has told. */
static void unfinished(struct script *s)
{
	struct both x;

	both_open(s, &x);
	script_call(s, &x.a, CALL_send, "ab", 2, 1000);
	script_closed(s, &x.a, SIDE_US);
}

/* Calls are missing: who is first tells alone, as nobody knows which bytes are the same. */
static void with_losses(struct script *s)
{
	struct event lost = {.kind = EVENT_LOST, .lost = 5};
	struct both x;

	both_open(s, &x);
	script_call(s, &x.a, CALL_send, "ab", 2, 1000);
	script_event(s, NULL, &lost);
	script_recv(s, &x.b, "one");
	script_send(s, &x.b, "three");
	script_recv(s, &x.a, "four");
	script_closed(s, &x.a, SIDE_US);
}

#endif
