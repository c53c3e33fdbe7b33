/* SPDX-License-Identifier: MIT */
/* A child that may only read, write and end uses what it inherited, and SIGPIPE ends it.
 * variants: fork-prctl fork-syscall fork-strict fork-strict2 clone-prctl clone-syscall clone-strict
 */
#include "filter.h"

#include <fcntl.h>

static int tcp[2], local[2], pipes[2], file;

static void install(const char *how)
{
	struct filter f;

	if (!strcmp(how, "strict")) {
		sure(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0, "strict");
		return;
	}
	if (!strcmp(how, "strict2")) {
		sure(syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, NULL) == 0, "strict");
		return;
	}
	filter_begin(&f);
	ALLOW(&f, SYS_read, SYS_write, SYS_exit);
	filter_install(&f, SECCOMP_RET_KILL_PROCESS, how);
}

static void live(void)
{
	char c;

	DO(write(file, "file", 4));
	DO(write(pipes[1], "x", 1));
	DO(read(pipes[0], &c, 1));
	DO(write(local[0], "x", 1));
	DO(read(local[1], &c, 1));
	DO(write(tcp[0], "x", 1));
	DO(read(-1, &c, 1));
	DO(write(9999999, &c, 1));
}

/* The other end has reset the connection before.  The last call is to end this process. */
static void dies(const char *how)
{
	char c;

	install(how);
	live();
	DO(read(tcp[0], &c, 1));
	DO(read(tcp[0], &c, 1));
	DO(write(tcp[0], &c, 1));
	say("not reached");
	unseen_syscall(SYS_exit, 0, 0, 0, 0, 0, 0);
}

/* As libc's fork() makes one, or as sandboxes do, of which libc knows nothing. */
static pid_t child(bool libc_knows)
{
	return libc_knows ? fork() : (pid_t)unseen_syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0);
}

int torture(const char *variant)
{
	pid_t pid;

	tcp_pair(tcp);
	unix_pair(local);
	sure(pipe(pipes) == 0, "pipe");
	sure((file = open(".", O_TMPFILE | O_RDWR, 0600)) >= 0, "O_TMPFILE");
	for (int dead = 0; dead < 2; dead++) {
		if (dead)
			reset(tcp, 1);
		pid = child(*variant == 'f');
		sure(pid >= 0, "child");
		if (!pid && dead)
			dies(strchr(variant, '-') + 1);
		if (!pid) {
			install(strchr(variant, '-') + 1);
			live();
			unseen_syscall(SYS_exit, 7, 0, 0, 0, 0, 0);
		}
		say("status %d", child_status(pid));
	}
	DO(prctl(PR_GET_SECCOMP));
	return 0;
}
