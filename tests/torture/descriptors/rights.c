/* SPDX-License-Identifier: MIT */
/* Descriptors passed by SCM_RIGHTS, to another process and to oneself: a closed connection lives
 * on in the message, and comes back at a number that was something else.
 * variants: child self itself many
 */
#include "case.h"

#include <fcntl.h>

enum { MOST = 64 };

union control {
	struct cmsghdr h;
	char room[CMSG_SPACE(MOST * sizeof(int))];
};

static void give(int to, const int *fd, int n)
{
	union control control = {.h = {CMSG_LEN(n * sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
	struct iovec iov = {"r", 1};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control};

	m.msg_controllen = CMSG_SPACE(n * sizeof(int));
	memcpy(CMSG_DATA(&control.h), fd, n * sizeof(int));
	sure(sendmsg(to, &m, 0) == 1, "give");
}

static int take(int from, int *fd, int n)
{
	union control control = {0};
	char c;
	struct iovec iov = {&c, 1};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control};

	m.msg_controllen = CMSG_SPACE(n * sizeof(int));
	sure(recvmsg(from, &m, MSG_CMSG_CLOEXEC) == 1, "take");
	n = (int)((control.h.cmsg_len - CMSG_LEN(0)) / sizeof(int));
	memcpy(fd, CMSG_DATA(&control.h), n * sizeof(int));
	return n;
}

static void to_child(int pair[2], int end[2])
{
	pid_t pid = fork();
	int fd;

	if (pid == 0) {
		close_range((unsigned)end[0], (unsigned)end[1], 0);
		sure(take(pair[1], &fd, 1) == 1, "take");
		_exit(write(fd, "c", 1) == 1 && send(fd, "d", 1, 0) == 1 ? 3 : 4);
	}
	give(pair[0], &end[0], 1);
	DO(close(end[0]));
	say("status %d", child_status(pid));
}

/* Its number is a pipe's before it comes back, and a connection comes to a pipe's number. */
static void to_self(int pair[2], int end[2])
{
	int pipes[2], fd, was = end[0];
	char c;

	give(pair[0], &end[0], 1);
	DO(close(end[0]));
	DO(recv(end[1], &c, 1, MSG_DONTWAIT)); /* not closed: it is in the message */
	sure(pipe(pipes) == 0, "pipe");
	say("same number: %d", pipes[0] == was);
	DO(write(pipes[1], "p", 1));
	DO(read(pipes[0], &c, 1));
	DO(close(pipes[0]));
	sure(take(pair[1], &fd, 1) == 1, "take");
	say("back at its number: %d", fd == was);
	DO(write(fd, "c", 1));
	DO(send(fd, "d", 1, 0));
	DO(fcntl(fd, F_GETFD));
	DO(close(fd));
}

/* A socket in its own queue. */
static void itself(int pair[2], int end[2])
{
	int fd;

	give(pair[0], &pair[1], 1);
	sure(take(pair[1], &fd, 1) == 1, "take");
	DO(write(pair[0], "x", 1));
	DO(read(fd, &(char){0}, 1));
	DO(close(fd));
	DO(write(end[0], "c", 1));
	DO(send(end[0], "d", 1, 0));
	give(pair[0], &pair[1], 1);
	DO(close(pair[1]));
	DO(close(end[0]));
}

static void many(int pair[2], int end[2])
{
	int fd[MOST], got[MOST], i, n;

	for (i = 0; i < MOST; i++)
		fd[i] = i % 2 ? end[0] : 0;
	for (int round = 0; round < 20; round++) {
		give(pair[0], fd, MOST);
		n = take(pair[1], got, MOST);
		sure(n == MOST, "all of them");
		for (i = 0; i < n; i++)
			close(got[i]);
	}
	give(pair[0], fd, MOST);
	say("some: %d", n = take(pair[1], got, 10));
	DO(write(got[1], "c", 1));
	DO(send(got[3], "d", 1, 0));
	for (i = 0; i < n; i++)
		close(got[i]);
	DO(close(end[0]));
}

int torture(const char *variant)
{
	int pair[2], end[2];
	char c;

	unix_pair(pair);
	tcp_pair(end);
	sure(dup(0) == end[0] - 1, "dup");
	sure(write(end[0], "a", 1) == 1 && read(end[1], &c, 1) == 1, "connection");
	(!strcmp(variant, "child")           ? to_child
		: !strcmp(variant, "self")   ? to_self
		: !strcmp(variant, "itself") ? itself
					     : many)(pair, end);
	DO(recv(end[1], &c, 1, 0));
	say("%c", c);
	DO(read(end[1], &c, 1));
	say("%c", c);
	DO(recv(end[1], &c, 1, 0));
	return 0;
}
