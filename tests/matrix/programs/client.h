/* SPDX-License-Identifier: MIT */
/*
 * What the C clients of the matrix share: the parts they play, and the words they say.
 *
 *   NAME HOST PORT ROLE     HOST is an IPv4 or IPv6 address
 *   NAME --roles            what it can play
 *
 * Said, one flushed line each: "ready" once connected (role connect: just before connecting);
 * "connected" (role connect, and the end of it); "answer" (role request); and at the last exactly
 * one of "end ERRNO_NAME CALL" and "eof", then exit 0.  Nothing is said while it waits.  Role
 * reader says at its end, on stderr, how much it read.  The end of stdin is none of these.
 *
 * They set no socket option and ignore no signal: who runs them does, or a preloaded library.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define UNUSED __attribute__((unused))

enum {
	PACE_MS = 200,
	PACE_BYTES = 1000,
	CHUNK_BYTES = 65536,
};

/* line_bytes: written for each line on stdin; flood: without end, from the first line on; paced:
 * PACE_BYTES each PACE_MS, from the start; reads: what comes is read; answers: and said. */
struct role {
	const char *name;
	int line_bytes;
	bool flood, paced, reads, answers, only_connects;
};

static const struct role client_roles[] = {
	{"idle", .reads = true},
	{"inflight", .line_bytes = 100, .reads = true},
	{"bulk", .flood = true, .reads = true},
	{"heartbeat", .line_bytes = 10, .reads = true},
	{"connect", .only_connects = true},
	{"request", .line_bytes = 10, .reads = true, .answers = true},
	{"reader", .reads = true},
	{"writer", .paced = true},
};

struct client {
	const struct role *role;
	struct sockaddr_storage address;
	socklen_t address_len;
	size_t read_bytes;
	atomic_bool asked; /* a request is open */
	atomic_flag ended; /* somebody says the last word */
};

static struct client client;

static UNUSED void client_say(const char *line)
{
	puts(line);
	fflush(stdout);
}

/* Two threads may see the end: one says it, the other waits for the exit. */
static UNUSED void client_last_word(const char *line)
{
	if (atomic_flag_test_and_set(&client.ended))
		for (;;)
			pause();
	if (!strcmp(client.role->name, "reader"))
		fprintf(stderr, "read=%zu\n", client.read_bytes);
	client_say(line);
	_exit(0);
}

static UNUSED void client_end(int err, const char *call)
{
	char line[64];

	snprintf(line, sizeof(line), "end %s %s", strerrorname_np(err) ?: "?", call);
	client_last_word(line);
}

static UNUSED void client_eof(void)
{
	client_last_word("eof");
}

/* n bytes have come. */
static UNUSED void client_received(size_t n)
{
	client.read_bytes += n;
	if (client.role->answers && atomic_exchange(&client.asked, false))
		client_say("answer");
}

/* How many lines came on stdin, waiting for one; -1 at its end. */
static UNUSED int client_lines(void)
{
	char text[512];
	ssize_t n = read(STDIN_FILENO, text, sizeof(text));
	int lines = 0;

	if (n <= 0)
		return -1;
	for (ssize_t i = 0; i < n; i++)
		lines += text[i] == '\n';
	return lines;
}

static UNUSED void client_address(const char *host, const char *port)
{
	struct sockaddr_in *in = (struct sockaddr_in *)&client.address;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&client.address;

	client.address_len = sizeof(*in);
	in->sin_family = AF_INET;
	in->sin_port = htons(atoi(port));
	if (inet_pton(AF_INET, host, &in->sin_addr) == 1)
		return;
	client.address_len = sizeof(*in6);
	in6->sin6_family = AF_INET6;
	if (inet_pton(AF_INET6, host, &in6->sin6_addr) != 1) {
		fprintf(stderr, "%s: not an IPv4 or IPv6 address\n", host);
		exit(2);
	}
}

/* Reads the arguments; --roles ends here. */
static UNUSED void client_start(int argc, char **argv)
{
	const size_t n = sizeof(client_roles) / sizeof(*client_roles);
	bool list = argc == 2 && !strcmp(argv[1], "--roles");

	for (size_t i = 0; i < n; i++) {
		if (list)
			client_say(client_roles[i].name);
		else if (argc == 4 && !strcmp(argv[3], client_roles[i].name))
			client.role = &client_roles[i];
	}
	if (list)
		exit(0);
	if (!client.role) {
		fprintf(stderr, "usage: %s HOST PORT ROLE, a ROLE of --roles\n", argv[0]);
		exit(2);
	}
	client_address(argv[1], argv[2]);
	if (client.role->only_connects)
		client_say("ready");
}

/* The handshake is over. */
static UNUSED void client_connected(void)
{
	if (client.role->only_connects)
		client_last_word("connected");
	client_say("ready");
}

#endif
