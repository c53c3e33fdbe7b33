/* SPDX-License-Identifier: MIT */
/*
 * A vfork child lays a connection over numbers that are files and pipes in its parent, as spawners
 * do with 0, 1 and 2: to the parent they stay files and pipes, and what it reads and writes there
 * arrives.
 * variants: dup2 dup3 fcntl
 */
#include "child.h"

#include <sys/uio.h>

static void lay_over(const char *variant, int from, int to)
{
	if (!strcmp(variant, "dup3"))
		dup3(from, to, 0);
	if (!strcmp(variant, "dup2"))
		dup2(from, to);
	if (!strcmp(variant, "fcntl")) {
		close(to);
		fcntl(from, F_DUPFD, to);
	}
}

int torture(const char *variant)
{
	int end[2], ends[2], pipes[2], file = open("file", O_RDWR | O_CREAT, 0600);
	char text[8] = "";
	pid_t pid;

	tcp_pair(end);
	unix_pair(ends);
	sure(file >= 0 && pipe(pipes) == 0, "pipe");
	DO(write(pipes[1], "ab", 2));
	DO(write(file, "ab", 2));
	DO(read(pipes[0], text, 2));
	DO(send(end[0], "cd", 2, 0));
	DO(write(ends[0], "cd", 2));
	pid = vfork();
	if (pid == 0) {
		lay_over(variant, end[0], pipes[1]);
		lay_over(variant, ends[0], file);
		lay_over(variant, end[1], pipes[0]);
		_exit(5);
	}
	say("status %d", child_status(pid));
	DO(write(pipes[1], "ef", 2));
	DO(writev(pipes[1], &(struct iovec){"gh", 2}, 1));
	DO(write(file, "ef", 2));
	DO(read(pipes[0], text, 4));
	DO(lseek(file, 0, SEEK_CUR));
	DO(recv(end[1], text + 4, 2, 0));
	DO(send(pipes[1], "x", 1, 0));
	say("%.6s", text);
	return 0;
}
