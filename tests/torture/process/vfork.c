/* SPDX-License-Identifier: MIT */
/* A vfork child does what spawners do to its descriptors, in our memory; our connection stays what
 * it was, and later so does what reuses its number.
 * variants: exec exit exec_fails grandchild dup reopen wait many
 */
#include "child.h"

static char *no_environment[] = {NULL};

static void close_most(void)
{
	for (int fd = 3; fd < 1024; fd++)
		close(fd);
}

static void child_of_vfork(const char *variant, int end[2])
{
	static char *argv[] = {"sh", "-c", "exit 5", NULL};
	int pair[2];
	pid_t pid;

	switch (*variant) {
	case 'e':
		close_most();
		dup2(0, 1);
		if (!strcmp(variant, "exec"))
			execve("/bin/sh", argv, no_environment);
		if (!strcmp(variant, "exec_fails"))
			execve("/nowhere/at/all", argv, no_environment);
		_exit(errno == ENOENT ? 6 : 7);
	case 'g': /* a process of its own, born in a child that shares our memory */
		pid = fork();
		if (pid == 0) {
			bool intact = stream_intact(end[0], end[1], 1024);

			close_most();
			_exit(intact ? 5 : 6);
		}
		close_range(3, ~0U, 0);
		_exit(child_status(pid));
	case 'w': /* for a program that it starts, on its pipe */
		sure(pipe(pair) == 0, "pipe");
		pid = vfork();
		if (pid == 0) {
			dup2(pair[1], 1);
			execle("/bin/sh", "sh", "-c", "echo x", (char *)NULL, no_environment);
			_exit(7);
		}
		if (poll(&(struct pollfd){pair[0], POLLIN, 0}, 1, 10000) != 1)
			_exit(6);
		_exit(child_status(pid) == 0 && stream_intact(end[0], end[1], 64) ? 5 : 7);
	case 'd':
		sure(dup2(end[1], end[0]) == end[0] && dup2(0, end[1]) == end[1], "dup2");
		execl("/bin/sh", "sh", "-c", "exit 5", (char *)NULL);
		_exit(7);
	default: /* its own sockets, at the numbers of ours */
		close_most();
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0 || pair[1] != end[0])
			_exit(6);
		_exit(write(pair[1], "x", 1) == 1 && pipe(pair) == 0 ? 5 : 7);
	}
}

static int once(const char *variant, int end[2])
{
	pid_t pid = vfork();

	sure(pid >= 0, "vfork");
	if (pid == 0)
		child_of_vfork(variant, end);
	return child_status(pid);
}

static void reuse(int fd, int other)
{
	int pipes[2];
	char c;

	DO(close(fd));
	DO(recv(other, &c, 1, 0));
	sure(pipe(pipes) == 0, "pipe");
	say("same number: %d", pipes[0] == fd);
	DO(write(pipes[1], "p", 1));
	DO(read(pipes[0], &c, 1));
	DO(send(pipes[1], "p", 1, 0));
	close(pipes[0]);
	close(pipes[1]);
}

int torture(const char *variant)
{
	int end[2], i, last = 0;

	tcp_pair(end);
	sure(dup(0) == end[0] - 1, "dup"); /* so that its number is the next to be given out */
	say_alive("before", end);
	for (i = 0; i < (*variant == 'm' ? 500 : 3); i++)
		last = once(variant, end);
	say("status %d", last);
	say_alive("after", end);
	reuse(end[0], end[1]);
	return 0;
}
