/* SPDX-License-Identifier: MIT */
/* exec that fails, prctl() and syscall(), each made by a handler at every instruction of itself;
 * and a handler that starts a program there, by vfork() and exec. variants: exec vlist vfork other
 * cflags: -Wl,-z,now
 * slow: traced
 */
#include "reenter.h"

#include <linux/seccomp.h>
#include <sys/prctl.h>

static char *words[] = {"true", NULL};
static char *variables[] = {"A=1", "PEERLESS_X=1", "LD_PRELOAD=", NULL};
extern char **environ;
#define NOWHERE "/nowhere/true"

static void make_execve(const struct side *s)
{
	WANT(-1, ENOENT, execve(NOWHERE, words, variables));
}

static void make_execv(const struct side *s)
{
	WANT(-1, ENOENT, execv(NOWHERE, words));
}

static void make_execvp(const struct side *s)
{
	WANT(-1, ENOENT, execvp(NOWHERE, words));
}

static void make_execvpe(const struct side *s)
{
	WANT(-1, ENOENT, execvpe(NOWHERE, words, variables));
}

static void make_execl(const struct side *s)
{
	WANT(-1, ENOENT, execl(NOWHERE, "a", "b", "c", "d", "e", "f", "g", NULL));
}

static void make_execle(const struct side *s)
{
	WANT(-1, ENOENT, execle(NOWHERE, "a", "b", NULL, variables));
}

static void make_execlp(const struct side *s)
{
	WANT(-1, ENOENT, execlp(NOWHERE, "a", "b", NULL));
}

static void make_fexecve(const struct side *s)
{
	WANT(-1, EACCES, fexecve(s->end[0], words, variables));
}

static void make_execveat(const struct side *s)
{
	WANT(-1, ENOENT, execveat(-1, NOWHERE, words, variables, 0));
}

/* The handler's program runs; the interrupted exec fails as it would have. */
static void make_vfork(const struct side *s)
{
	int status = -1;
	pid_t pid;

	if (depth == 0) {
		WANT(-1, ENOENT, execve(NOWHERE, words, variables));
		return;
	}
	if (calls % (2 * AT_ONCE) != 1)
		return;
	pid = vfork();
	if (pid == 0) {
		execve("/bin/true", words, calls & 2 * AT_ONCE ? variables : environ);
		_exit(98);
	}
	while (waitpid(pid, &status, 0) < 0)
		;
	if (status)
		went_wrong("/bin/true", status);
}

static void make_prctl(const struct side *s)
{
	WANT(1, 0, prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
	WANT(-1, EFAULT, prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, 8L, 0, 0));
}

static void make_syscall(const struct side *s)
{
	WANT(1, 0, syscall(SYS_getppid) > 0);
	WANT(-1, EBADF, syscall(SYS_fsync, -1));
	WANT(-1, EFAULT, syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, 8L));
	WANT(2, 0, syscall(SYS_sendto, s->end[0], "ab", 2, 0, NULL, 0));
	drain(s->end[1]);
}

static const struct op executing[] = {{"execve", make_execve}, {"execv", make_execv},
	{"execvp", make_execvp}, {"execvpe", make_execvpe}, {NULL}};
static const struct op listing[] = {{"execl", make_execl}, {"execle", make_execle},
	{"execlp", make_execlp}, {"fexecve", make_fexecve}, {"execveat", make_execveat}, {NULL}};
static const struct op starting[] = {{"vfork", make_vfork, CALLS / 20}, {NULL}};
static const struct op others[] = {
	{"prctl", make_prctl}, {"syscall", make_syscall, CALLS / 2}, {NULL}};

int torture(const char *variant)
{
	int i;

	make_sides(unix_pair);
	reenter(*variant == 'e'   ? executing
		: *variant == 'v' ? variant[1] == 'f' ? starting : listing
				  : others);
	for (i = 0; i < DEPTHS; i++)
		DO(write(sides[i].end[0], "still", 5));
	return 0;
}
