/* SPDX-License-Identifier: MIT */
/* dup, dup2, dup3 and F_DUPFD over descriptors of every kind, over themselves, and from bad ones;
 * a connection lives as long as one of its numbers does.
 * variants: dup dup2 __dup2 dup3 F_DUPFD F_DUPFD_CLOEXEC over_all syscall
 */
#include "case.h"

#include <fcntl.h>

extern int __dup2(int from, int to);

static int again(const char *how, int from, int to)
{
	if (!strcmp(how, "dup2"))
		return dup2(from, to);
	if (!strcmp(how, "__dup2"))
		return __dup2(from, to);
	if (!strcmp(how, "dup3"))
		return dup3(from, to, O_CLOEXEC);
	if (!strcmp(how, "F_DUPFD"))
		return fcntl(from, F_DUPFD, to);
	if (!strcmp(how, "F_DUPFD_CLOEXEC"))
		return fcntl(from, F_DUPFD_CLOEXEC, to);
	if (!strcmp(how, "syscall"))
		return (int)syscall(SYS_dup2, from, to);
	return dup(from);
}

static void two_names(const char *how, int end[2])
{
	int second;
	char c;

	DO(second = again(how, end[0], 500));
	DO(fcntl(second, F_GETFD));
	DO(send(second, "a", 1, 0));
	DO(close(end[0]));
	DO(write(second, "b", 1));
	DO(read(end[1], &c, 1));
	DO(recv(end[1], &c, 1, 0));
	DO(recv(end[1], &c, 1, MSG_DONTWAIT));
	DO(write(end[0], "x", 1));
	DO(close(second));
	DO(recv(end[1], &c, 1, 0));
	DO(write(second, "x", 1));
}

static void badly(const char *how, int end[2])
{
	char c;

	DO(again(how, 700, end[1]));
	DO(again(how, -1, end[1]));
	DO(again(how, 0x7fffffff, end[1]));
	DO(again(how, end[0], -1) < 0);
	DO(again(how, end[0], 0x7fffffff) < 0);
	if (how[0] == 'd' && how[1] == 'u' && how[2] == 'p' && how[3] == '3') {
		DO(dup3(end[1], end[1], 0));
		DO(dup3(end[1], 600, 0x40));
		DO(dup3(-1, -1, 0));
	} else if (how[0] != 'F' && strcmp(how, "dup") != 0) {
		DO(again(how, end[1], end[1]) == end[1]);
		DO(again(how, 700, 700));
	}
	DO(send(end[0], "still", 5, 0));
	DO(read(end[1], &c, 1));
	close_range(6, ~0U, 0);
}

/* The one connection becomes every descriptor, one after another, and then none. */
static void over_all(int end[2])
{
	int fd, pipes[2];
	char c;

	sure(pipe(pipes) == 0, "pipe");
	pipes[0] = dup2(pipes[0], 500);
	pipes[1] = dup2(pipes[1], 501);
	for (fd = 6; fd < 300; fd++)
		sure(dup2(fd % 3 ? end[0] : fd % 2 ? pipes[1] : 0, fd) == fd, "dup2");
	for (fd = 6; fd < 300; fd++)
		if (fd % 3)
			sure(write(fd, "c", 1) == 1 && read(end[1], &c, 1) == 1, "connection");
		else if (fd % 2)
			sure(write(fd, "p", 1) == 1 && read(pipes[0], &c, 1) == 1, "pipe");
	for (fd = 6; fd < 300; fd++) /* now what was a pipe is the connection */
		sure(dup2(fd % 3 ? pipes[1] : end[0], fd) == fd, "dup2");
	sure(dup2(end[0], 400) == 400 && close(end[0]) == 0, "the first name");
	for (fd = 6; fd < 300; fd++)
		if (fd % 3)
			sure(write(fd, "p", 1) == 1 && read(pipes[0], &c, 1) == 1, "pipe");
		else
			sure(write(fd, "c", 1) == 1 && recv(end[1], &c, 1, 0) == 1, "connection");
	DO(send(7, "x", 1, 0));
	close_range(6, 399, 0);
	DO(write(400, "last", 4));
	DO(close(400));
	DO(recv(end[1], &c, 1, 0));
}

int torture(const char *how)
{
	int end[2];

	tcp_pair(end);
	sure(dup(0) == 3, "dup");
	if (!strcmp(how, "over_all")) {
		over_all(end);
		return 0;
	}
	badly(how, end);
	two_names(how, end);
	return 0;
}
