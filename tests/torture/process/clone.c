/* SPDX-License-Identifier: MIT */
/* Processes made by raw clone: with our memory, with our descriptors, with both, with neither.
 * What they do to descriptors that they do not share is none of ours.
 * variants: vm_vfork vm vm_files files fork clone3 vfork3
 */
#include "child.h"

#include <linux/sched.h>
#include <sched.h>

static char stack[65536] __attribute__((aligned(16)));
static int connection[2];
static bool sharing;

/* Where it shares our table of descriptors, it closes nothing but what it opened. */
static int child(void *unused)
{
	int pipes[2], fd;
	char c = 0;

	(void)unused;
	for (fd = 3; !sharing && fd < 64; fd++)
		close(fd);
	if (pipe(pipes) < 0 || write(pipes[1], "p", 1) != 1 || read(pipes[0], &c, 1) != 1)
		return 6;
	close(pipes[0]);
	close(pipes[1]);
	if (sharing && send(connection[0], "shared", 6, 0) != 6)
		return 7;
	return c == 'p' ? 5 : 8;
}

/* Without a stack of its own it must not return from here. */
static pid_t raw(unsigned long flags)
{
	struct clone_args args = {.flags = flags, .exit_signal = SIGCHLD};
	pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));

	if (pid == 0)
		_exit(child(NULL));
	return pid;
}

static pid_t born(const char *variant)
{
	char *top = stack + sizeof(stack);
	pid_t pid;

	if (!strcmp(variant, "vm_vfork"))
		return clone(child, top, CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
	if (!strcmp(variant, "vm"))
		return clone(child, top, CLONE_VM | SIGCHLD, NULL);
	sharing = strstr(variant, "files") != NULL;
	if (!strcmp(variant, "vm_files"))
		return clone(child, top, CLONE_VM | CLONE_FILES | SIGCHLD, NULL);
	if (!strcmp(variant, "files"))
		return clone(child, top, CLONE_FILES | SIGCHLD, NULL);
	if (!strcmp(variant, "clone3"))
		return raw(0);
	if (!strcmp(variant, "vfork3"))
		return clone(child, top,
			CLONE_VM | CLONE_VFORK | CLONE_FS | CLONE_SIGHAND | SIGCHLD, NULL);
	pid = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	if (pid == 0)
		_exit(child(NULL));
	return pid;
}

int torture(const char *variant)
{
	char text[16];
	pid_t pid;
	int i;

	tcp_pair(connection);
	for (i = 0; i < 20; i++) {
		pid = born(variant);
		sure(pid > 0, "clone");
		sure(child_status(pid) == 5, "child");
		if (sharing)
			sure(recv(connection[1], text, sizeof(text), 0) == 6, "shared");
	}
	say_alive("after", connection);
	DO(close(connection[0]));
	DO(recv(connection[1], text, 1, 0));
	sure(pipe(connection) == 0, "pipe");
	DO(write(connection[1], "p", 1));
	DO(read(connection[0], text, 1));
	return 0;
}
