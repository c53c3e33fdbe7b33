/* SPDX-License-Identifier: MIT */
/* Dialogues by hand, each what a reader of pcapng must find well made. */
#ifndef PEERLESS_TESTS_PCAPNG_DIALOGUES_H
#define PEERLESS_TESTS_PCAPNG_DIALOGUES_H

#include <errno.h>

#include "packet.h"
#include "pcapng_both.h"
#include "pcapng_script.h"
#include "policy/verdict.h"
#include "segments.h"

#define CLIENT script_address("10.0.0.1", 41234)
#define SERVER script_address("10.0.0.2", 80)

static void http(struct script *s)
{
	struct connection c = script_between(s, 42, CONN_CONNECT, CLIENT, SERVER);

	script_opened(s, &c);
	script_send(s, &c, "GET /index.html HTTP/1.1\r\nHost: example.org\r\n\r\n");
	script_recv(s, &c, "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n");
	script_recv(s, &c, "Content-Type: text/plain\r\n\r\nhello, ");
	script_recv(s, &c, "peer\n");
	script_call(s, &c, CALL_recv, NULL, 0, 0);
	script_closed(s, &c, SIDE_PEER);
}

static void redis(struct script *s)
{
	struct connection c = script_between(s, 42, CONN_ACCEPT, script_address("fd00::2", 6379),
		script_address("fd00::1", 50000));

	script_opened(s, &c);
	for (int i = 0; i < 3; i++) {
		script_recv(s, &c, "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n");
		script_send(s, &c, "+OK\r\n");
	}
	script_call(s, &c, CALL_read, NULL, 0, 0);
	script_closed(s, &c, SIDE_PEER);
}

/* The request is kept whole, of the answer a part, and of a file that follows nothing. */
static void capped(struct script *s)
{
	struct connection c = script_between(s, 42, CONN_ACCEPT, SERVER, CLIENT);
	const char *head = "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n";

	script_opened(s, &c);
	script_recv(s, &c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	script_call(s, &c, CALL_write, head, 20, (int64_t)strlen(head));
	script_call(s, &c, CALL_sendfile, NULL, 0, 200000);
	script_recv(s, &c, "GET / HTTP/1.1\r\nHost: b\r\n\r\n");
	script_send(s, &c, "HTTP/1.1 304 Not Modified\r\n\r\n");
	script_closed(s, &c, SIDE_US);
}

/* Client and server are both recorded, each with calls of its own. */
static void both_ends(struct script *s)
{
	struct connection a = script_between(s, 42, CONN_CONNECT, CLIENT, SERVER);
	struct connection b = script_between(s, 43, CONN_ACCEPT, SERVER, CLIENT);

	script_opened(s, &a);
	script_opened(s, &b);
	script_send(s, &a, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	script_recv(s, &b, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	script_send(s, &b, "HTTP/1.1 204 No Content\r\n\r\n");
	script_recv(s, &a, "HTTP/1.1 204 No Content\r\n\r\n");
	script_closed(s, &a, SIDE_US);
	script_call(s, &b, CALL_recv, NULL, 0, 0);
	script_closed(s, &b, SIDE_PEER);
}

/* accept(), fork(), close() in the parent; then the child serves. */
static void fork_server(struct script *s)
{
	struct connection parent = script_between(s, 42, CONN_ACCEPT, SERVER, CLIENT);
	struct connection child = parent;

	child.id = ++s->connections;
	child.pid = 43;
	child.open.how = CONN_INHERITED;
	script_opened(s, &parent);
	script_closed(s, &parent, SIDE_PEER); /* whose request and FIN wait to be read */
	script_opened(s, &child);
	script_recv(s, &child, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	script_send(s, &child, "HTTP/1.1 204 No Content\r\n\r\n");
	script_closed(s, &child, SIDE_US);
}

/* A UNIX socket, which has no addresses; used by the parent before its child has it alone. */
static void fork_used(struct script *s)
{
	struct connection parent = script_connection(s, 42, SOCKET_UNIX, CONN_CONNECT);
	struct connection child = parent;

	child.id = ++s->connections;
	child.pid = 43;
	child.open.how = CONN_INHERITED;
	script_opened(s, &parent);
	script_send(s, &parent, "one");
	script_story(s, NULL, EVENT_PROCESS,
		(struct story){.head = STORY_FORK, .program = {.value = 42}});
	script_closed(s, &parent, SIDE_US);
	script_opened(s, &child);
	script_send(s, &child, "three");
	script_closed(s, &child, SIDE_US);
}

/* Ends without close(): the kernel sends the FIN. */
static void exits(struct script *s)
{
	struct connection c = script_between(s, 1, CONN_CONNECT, CLIENT, SERVER);

	script_opened(s, &c);
	script_send(s, &c, "bye");
	script_story(s, NULL, EVENT_PROCESS, (struct story){.head = STORY_EXIT});
}

/* The parent ends, its child goes on. */
static void fork_exits(struct script *s)
{
	struct connection parent = script_between(s, 1, CONN_CONNECT, CLIENT, SERVER);
	struct connection child = parent;

	child.id = ++s->connections;
	child.pid = 43;
	child.open.how = CONN_INHERITED;
	script_opened(s, &parent);
	script_story(s, NULL, EVENT_PROCESS,
		(struct story){.head = STORY_FORK, .program = {.value = 1}});
	script_story(s, NULL, EVENT_PROCESS, (struct story){.head = STORY_EXIT});
	script_opened(s, &child);
	script_send(s, &child, "still here");
}

/* Found connected: no handshake; then a lot in one direction, and a reset. */
static void in_the_middle(struct script *s)
{
	struct connection c = script_between(s, 42, CONN_INHERITED, SERVER, CLIENT);

	script_opened(s, &c);
	script_call(s, &c, CALL_sendfile, NULL, 0, 3 * SEGMENTS_ACK_BYTES);
	script_recv(s, &c, "more");
	script_story(s, &c, EVENT_VERDICT,
		(struct story){
			.head = STORY_VERDICT, .evidence = {.cause = CAUSE_RESET, .death = 1}});
	script_closed(s, &c, SIDE_PEER);
}

static void half_closed(struct script *s)
{
	struct connection c = script_between(s, 42, CONN_CONNECT, CLIENT, SERVER);
	struct event half = {.kind = EVENT_CALL, .call = CALL_shutdown, .class = CLASS_HALF};

	script_opened(s, &c);
	script_send(s, &c, "GET /\r\n");
	half.flags = SHUT_WR;
	script_event(s, &c, &half);
	script_recv(s, &c, "hello\n");
	script_call(s, &c, CALL_recv, NULL, 0, 0);
	script_closed(s, &c, SIDE_US);
}

static void local(struct script *s)
{
	struct connection c = script_connection(s, 42, SOCKET_UNIX, CONN_CONNECT);
	struct connection d = script_connection(s, 42, SOCKET_UNIX_DGRAM, CONN_CONNECT);
	static char bytes[PACKET_UDP_MAX + 10];

	bytes[PACKET_UDP_MAX] = 'x';
	strcpy(c.open.path, "/run/docker.sock");
	strcpy(d.open.path, "@\033[31m");
	script_opened(s, &c);
	script_send(s, &c, "GET /info HTTP/1.1\r\nHost: docker\r\n\r\n");
	script_recv(s, &c, "HTTP/1.1 204 No Content\r\n\r\n");
	script_closed(s, &c, SIDE_US);
	script_opened(s, &d);
	script_send(s, &d, "one");
	script_call(s, &d, CALL_send, bytes, sizeof(bytes), 2 * PACKET_UDP_MAX + 1);
	script_closed(s, &d, SIDE_US);
}

/* A resolver: not connected, its own address not known; and one that is connected. */
static void datagrams(struct script *s)
{
	static const unsigned char query[] = "\x12\x34\1\0\0\1\0\0\0\0\0\0\7example\3org\0\0\1\0\1";
	struct connection c = script_connection(s, 42, SOCKET_UDP, CONN_SOCKET);
	struct connection d = script_between(s, 42, CONN_CONNECT, script_address("fd00::1", 50001),
		script_address("fd00::2", 50002));
	struct endpoint to = script_address("10.0.0.53", 53);
	struct event e = {.kind = EVENT_CALL,
		.call = CALL_sendto,
		.class = CLASS_OUT,
		.ret = sizeof(query) - 1,
		.bytes = sizeof(query) - 1,
		.address = &to,
		.payload = query,
		.payload_bytes = sizeof(query) - 1};

	c.open.end[0] = script_address("::", 0);
	d.open.socket = SOCKET_UDP;
	script_opened(s, &c);
	script_event(s, &c, &e);
	script_opened(s, &d);
	script_send(s, &d, "ping");
	script_call(s, &d, CALL_recv, NULL, 0, 0);
	e = (struct event){.kind = EVENT_CALL, .call = CALL_sendmmsg, .class = CLASS_OUT};
	e.ret = 3;
	e.bytes = 10;
	script_event(s, &d, &e);
	script_closed(s, &d, SIDE_US);
	script_closed(s, &c, SIDE_US);
}

/* What the recording no longer knows the opening of. */
static void unknown(struct script *s)
{
	struct connection c = {.id = 9, .pid = 42};
	struct event lost = {.kind = EVENT_LOST, .lost = 5};

	script_event(s, NULL, &lost);
	script_send(s, &c, "who am I");
	script_recv(s, &c, "nobody");
	script_closed(s, &c, SIDE_US);
}

/* connect() that is refused at once; later, as a verdict tells; and one that goes well later. */
static void refused(struct script *s)
{
	struct connection c[3] = {{.id = 1, .pid = 42}, {.id = 2, .pid = 42}, {.id = 3, .pid = 42}};
	struct endpoint to = SERVER;
	struct event e = {.kind = EVENT_CALL,
		.call = CALL_connect,
		.class = CLASS_OPEN,
		.ret = -1,
		.error = ECONNREFUSED,
		.address = &to};

	script_event(s, &c[0], &e);
	e.error = EINPROGRESS;
	script_event(s, &c[1], &e);
	script_event(s, &c[2], &e);
	script_story(s, &c[1], EVENT_VERDICT,
		(struct story){
			.head = STORY_VERDICT, .evidence = {.cause = CAUSE_REFUSED, .death = 1}});
	c[2].opened = true;
	c[2].open = (struct story_open){
		.how = CONN_CONNECT, .socket = SOCKET_TCP, .end = {CLIENT, SERVER}};
	script_opened(s, &c[2]);
	script_closed(s, &c[2], SIDE_US);
}

/* What just fits in a segment, and what does not. */
static void at_the_boundary(struct script *s)
{
	static char bytes[2 * PACKET_TCP_MAX + 1];
	struct connection c = script_between(s, 42, CONN_INHERITED, CLIENT, SERVER);
	uint32_t size = PACKET_TCP_MAX;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i >> 8 ^ i);
	script_opened(s, &c);
	script_call(s, &c, CALL_send, bytes, size - 1, size - 1);
	script_call(s, &c, CALL_send, bytes, size, size);
	script_call(s, &c, CALL_send, bytes, size + 1, size + 1);
	script_call(s, &c, CALL_send, bytes, 10, size + 1);
}

static const struct {
	const char *name;
	void (*play)(struct script *s);
} dialogue[] = {
	{"http", http},
	{"redis", redis},
	{"capped", capped},
	{"both_ends", both_ends},
	{"unread", unread},
	{"by_stdio", by_stdio},
	{"by_sendfile", by_sendfile},
	{"unfinished", unfinished},
	{"with_losses", with_losses},
	{"fork_server", fork_server},
	{"fork_used", fork_used},
	{"exits", exits},
	{"fork_exits", fork_exits},
	{"in_the_middle", in_the_middle},
	{"half_closed", half_closed},
	{"local", local},
	{"datagrams", datagrams},
	{"unknown", unknown},
	{"refused", refused},
	{"at_the_boundary", at_the_boundary},
};

#endif
