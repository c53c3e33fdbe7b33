/* SPDX-License-Identifier: MIT */
/*
 * vfork_child HOW ADDRESS: connects; a child that shares our memory closes every descriptor, as
 * those that are about to exec do (R6), and ends by exec or by _exit (R7).  Then the parent's
 * connection is used until it is dead.  HOW: exec, exit, clone, fork.
 */
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

#include "victim.h"

static char stack[65536] __attribute__((aligned(16)));

static int child(void *how)
{
	/* As Python's subprocess and every classic spawn do. */
	for (int i = 3; i < 60; i++)
		close(i);
	close_range(60, ~0U, 0);
	dup2(0, 1);
	if (!strcmp(how, "exec"))
		execl("/bin/true", "true", NULL);
	_exit(7);
}

static pid_t spawn(const char *how)
{
	if (!strcmp(how, "clone"))
		return clone(child, stack + sizeof(stack), CLONE_VM | CLONE_VFORK | SIGCHLD,
			(void *)how);
	if (!strcmp(how, "fork")) {
		pid_t pid = fork();

		return pid ? pid : child((void *)how);
	}
	pid_t pid = vfork();

	if (pid == 0)
		child((void *)how);
	return pid;
}

int main(int argc, char **argv)
{
	int fd, status;
	char c;

	if (argc != 3)
		return 2;
	fd = dial(argv[2]);
	waitpid(spawn(argv[1]), &status, 0);
	printf("child=%d\n", WEXITSTATUS(status));
	print_sockopts("parent", fd);
	fflush(stdout);
	/* The peer resets after the first byte. */
	if (write(fd, "x", 1) != 1)
		die("write");
	report("read", read(fd, &c, 1));
	report("write", write(fd, "x", 1));
	return 0;
}
