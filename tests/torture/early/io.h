/* SPDX-License-Identifier: MIT */
/* A round of I/O that fits any moment of a process: quiet, and true if all was as it should be. */
#ifndef IO_H
#define IO_H

#include "case.h"

#include <fcntl.h>

/* A connection made, used, reset, and its number used again, for a file. */
static UNUSED bool io_round(void)
{
	struct linger at_once = {1, 0};
	char address[32], c = 0;
	int listener = listen_any(address), a = dial(address);
	int b = accept(listener, NULL, NULL), file;
	struct pollfd p = {.fd = a, .events = POLLIN};
	bool good;

	good = write(a, "x", 1) == 1 && recv(b, &c, 1, MSG_WAITALL) == 1 && c == 'x' &&
	       send(b, "yz", 2, 0) == 2 && read(a, &c, 1) == 1 && c == 'y' && read(a, &c, 1) == 1;
	setsockopt(b, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	good = good && close(b) == 0 && poll(&p, 1, 10000) == 1;
	errno = 0;
	good = good && read(a, &c, 1) == -1 && errno == ECONNRESET;
	good = good && send(a, "x", 1, MSG_NOSIGNAL) == -1 && errno == EPIPE;
	good = good && close(a) == 0 && close(a) == -1 && errno == EBADF;
	file = open("/dev/null", O_WRONLY);
	return good && file == a && write(file, "x", 1) == 1 && close(file) == 0 &&
	       close(listener) == 0;
}

/* Local sockets and pipes. */
static UNUSED bool io_local(void)
{
	int end[2], pipes[2];
	char c = 0;
	bool good = socketpair(AF_UNIX, SOCK_STREAM, 0, end) == 0 && pipe(pipes) == 0;

	good = good && write(end[0], "x", 1) == 1 && read(end[1], &c, 1) == 1 && c == 'x' &&
	       close(end[0]) == 0 && read(end[1], &c, 1) == 0 && dup2(pipes[1], end[1]) == end[1];
	return good && write(end[1], "p", 1) == 1 && read(pipes[0], &c, 1) == 1 && c == 'p' &&
	       close(end[1]) == 0 && close(pipes[0]) == 0 && close(pipes[1]) == 0;
}

static UNUSED void io_say(const char *where)
{
	bool local = io_local(), round = io_round();

	say("%s: local %d, round %d", where, local, round);
}

#endif
