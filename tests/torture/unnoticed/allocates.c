/* SPDX-License-Identifier: MIT */
/*
 * A program with an allocator of its own, which must not be entered from a signal handler: no call
 * that is async-signal-safe (signal-safety(7)), and no other that moves bytes, asks it for memory,
 * neither at the first use of a socket nor at its death.
 * variants: tcp unix
 */
#include "case.h"

#include <fcntl.h>
#include <sys/uio.h>

static char memory[16 << 20];
static size_t used;
static volatile int inside, asked;

/* Each block has its size in front. */
void *malloc(size_t len)
{
	size_t at = (used + 31) / 16 * 16;

	asked += inside;
	if (len > sizeof(memory) - at)
		return NULL;
	used = at + len;
	memcpy(memory + at - 16, &len, sizeof(len));
	return memory + at;
}

void free(void *block)
{
	asked += inside && block;
}

void *calloc(size_t n, size_t len)
{
	return malloc(n * len); /* never given back, so still zeroes */
}

void *realloc(void *block, size_t len)
{
	void *to = malloc(len);
	size_t had = 0;

	if (block)
		memcpy(&had, (char *)block - 16, sizeof(had));
	return to && block ? memcpy(to, block, had < len ? had : len) : to;
}

/* Makes the call; says so if it asked for memory. */
#define QUIET(call)                                                      \
	do {                                                             \
		asked = 0;                                               \
		inside = 1;                                              \
		(void)!(call);                                           \
		inside = 0;                                              \
		if (asked)                                               \
			say("%s allocated %d times", #call, (int)asked); \
	} while (0)

static void writes(int fd)
{
	struct iovec iov = {"abc", 3};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};

	QUIET(write(fd, "abc", 3));
	QUIET(writev(fd, &iov, 1));
	QUIET(send(fd, "abc", 3, 0));
	QUIET(sendto(fd, "abc", 3, 0, NULL, 0));
	QUIET(sendmsg(fd, &msg, 0));
}

static void reads(int fd)
{
	char text[4];
	struct iovec iov = {text, 3};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};

	QUIET(read(fd, text, 3));
	QUIET(readv(fd, &iov, 1));
	QUIET(recv(fd, text, 3, 0));
	QUIET(recvfrom(fd, text, 3, 0, NULL, NULL));
	QUIET(recvmsg(fd, &msg, 0));
}

static void makes(const char *variant, int end[2])
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(any);
	int listener;

	if (*variant == 'u') {
		QUIET(socketpair(AF_UNIX, SOCK_STREAM, 0, end));
		return;
	}
	QUIET(listener = socket(AF_INET, SOCK_STREAM, 0));
	QUIET(bind(listener, (struct sockaddr *)&any, len));
	QUIET(listen(listener, 1));
	QUIET(getsockname(listener, (struct sockaddr *)&any, &len));
	QUIET(end[0] = socket(AF_INET, SOCK_STREAM, 0));
	QUIET(connect(end[0], (struct sockaddr *)&any, len));
	QUIET(end[1] = accept(listener, NULL, NULL));
	QUIET(close(listener));
}

int torture(const char *variant)
{
	struct linger at_once = {1, 0};
	struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
	int end[2] = {-1, -1}, file;

	makes(variant, end);
	QUIET(file = dup(end[0]));
	QUIET(dup2(end[0], file));
	QUIET(fcntl(file, F_SETFL, O_NONBLOCK));
	QUIET(fcntl(file, F_SETFL, 0));
	QUIET(close(file));
	writes(end[0]);
	reads(end[1]);
	QUIET(setsockopt(end[1], SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)));
	QUIET(sigaction(SIGPIPE, &ignore, &old));
	QUIET(close(end[1]));
	writes(end[0]);
	reads(end[0]);
	QUIET(shutdown(end[0], SHUT_RDWR));
	QUIET(sigaction(SIGPIPE, &old, NULL));
	QUIET(close(end[0]));
	say("done");
	return 0;
}
