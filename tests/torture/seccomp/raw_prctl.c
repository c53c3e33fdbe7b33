/* SPDX-License-Identifier: MIT */
/*
 * A filter put in by syscall(SYS_prctl), as programs do that include no libc header for it: what
 * comes after is what the program itself calls, and SIGPIPE ends it as ever.
 * variants: filter strict
 */
#include "filter.h"

/* The child may only read, write, close and end. */
static void fence(const char *variant)
{
	struct filter f;
	struct sock_fprog prog = {0, f.op};

	filter_begin(&f);
	ALLOW(&f, SYS_read, SYS_write, SYS_close, SYS_exit, SYS_exit_group);
	filter_op(&f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
	prog.len = f.n;
	sure(syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs");
	if (*variant == 'f')
		sure(syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) == 0, "filter");
	else
		sure(syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0) == 0, "strict");
}

static void child(const char *variant, int end[2], int go, bool dies)
{
	bool fine;
	char c;

	sure(read(go, &c, 1) == 1, "go");
	fence(variant);
	fine = write(end[0], "a", 1) == 1 && read(end[1], &c, 1) == 1 && c == 'a';
	if (*variant == 'f') /* strict mode allows no close() */
		fine = fine && close(end[1]) == 0;
	if (dies && *variant == 'f')
		write(end[0], "b", 1);
	unseen_syscall(SYS_exit, fine ? 0 : 3, 0, 0, 0, 0, 0);
}

int torture(const char *variant)
{
	int end[2], go[2], dies;
	pid_t pid;

	for (dies = 0; dies < 2; dies++) {
		unix_pair(end);
		sure(pipe(go) == 0, "pipe");
		DO(write(end[0], "x", 1));
		DO(read(end[1], &(char){0}, 1));
		pid = fork();
		sure(pid >= 0, "fork");
		if (pid == 0)
			child(variant, end, go[0], dies);
		close(end[1]); /* the child has the only one */
		sure(write(go[1], "", 1) == 1, "go");
		say("dies: %d, status %d", dies, child_status(pid));
		close(end[0]);
		close(go[0]);
		close(go[1]);
	}
	return 0;
}
