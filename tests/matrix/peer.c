/* SPDX-License-Identifier: MIT */
/*
 * The other end of the matrix: peer HOST PORT BEHAVIOUR [N] says "listening", takes one connection
 * and behaves.  What ends it is its connection's end, or a signal.
 *
 *   drain           reads everything, says nothing
 *   never           reads nothing
 *   slow RATE       reads RATE bytes a second
 *   pause SECONDS   reads for a second, pauses for SECONDS, then reads on
 *   answer [MS]     10 bytes, MS after something has come
 *   half-reads      ends its sending at once, and drains
 *   half-writes     ends its reading at once, and writes on and on
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	TICK_MS = 100,
	PACE_BYTES = 200, /* each tick */
	PAUSER_BYTES = 20000,
	ANSWER_BYTES = 10,
};

static char data[1 << 20];

static int fd;

static void wait_ms(long ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

/* At most so many bytes; ends the program at the stream's end, or an error. */
static void take(size_t bytes)
{
	if (read(fd, data, bytes) <= 0)
		exit(0);
}

static void give(size_t bytes)
{
	if (send(fd, data, bytes, MSG_NOSIGNAL) < 0)
		exit(0);
}

static void drain(long unused)
{
	(void)unused;
	for (;;)
		take(sizeof(data));
}

static void never(long unused)
{
	(void)unused;
	for (;;)
		pause();
}

static void slow(long rate)
{
	for (;; wait_ms(TICK_MS))
		take(rate * TICK_MS / 1000);
}

static void pausing(long seconds)
{
	for (int i = 0; i < 1000 / TICK_MS; i++, wait_ms(TICK_MS))
		take(PAUSER_BYTES);
	wait_ms(seconds * 1000);
	slow(PAUSER_BYTES * 1000 / TICK_MS);
}

static void answer(long ms)
{
	for (;;) {
		take(sizeof(data));
		wait_ms(ms);
		give(ANSWER_BYTES);
	}
}

static void half_reads(long unused)
{
	shutdown(fd, SHUT_WR);
	drain(unused);
}

static void half_writes(long unused)
{
	(void)unused;
	shutdown(fd, SHUT_RD);
	for (;; wait_ms(TICK_MS))
		give(PACE_BYTES);
}

static const struct behaviour {
	const char *name;
	void (*behave)(long n);
} behaviours[] = {
	{"drain", drain},
	{"never", never},
	{"slow", slow},
	{"pause", pausing},
	{"answer", answer},
	{"half-reads", half_reads},
	{"half-writes", half_writes},
};

/* The one connection. */
static int accepted(const char *host, int port)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	if (inet_pton(AF_INET, host, &in.sin_addr) != 1 ||
		bind(listener, (struct sockaddr *)&in, sizeof(in)) < 0 || listen(listener, 1) < 0) {
		perror(host);
		exit(1);
	}
	puts("listening");
	fflush(stdout);
	return accept(listener, NULL, NULL);
}

int main(int argc, char **argv)
{
	const size_t n = sizeof(behaviours) / sizeof(*behaviours);

	for (size_t i = 0; argc >= 4 && i < n; i++) {
		if (strcmp(argv[3], behaviours[i].name))
			continue;
		fd = accepted(argv[1], atoi(argv[2]));
		behaviours[i].behave(argc > 4 ? atol(argv[4]) : 0);
	}
	fprintf(stderr, "usage: %s HOST PORT BEHAVIOUR [N], a BEHAVIOUR of peer.c\n", argv[0]);
	return 2;
}
