/* SPDX-License-Identifier: MIT */
/*
 * spawner HOW [clear] [vfork]: starts /usr/bin/env by that call, so that it prints the environment
 * it was given: ours, or none at all.  HOW: a row of the table below.
 */
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include "victim.h"

#define ENV "/usr/bin/env"

static char *argv_env[] = {"env", NULL};
static char *nothing[] = {NULL};
static char **given; /* to those calls that take an environment */

static int by_execve(void)
{
	return execve(ENV, argv_env, given);
}

static int by_execv(void)
{
	return execv(ENV, argv_env);
}

static int by_execvp(void)
{
	return execvp("env", argv_env);
}

static int by_execvpe(void)
{
	return execvpe("env", argv_env, given);
}

static int by_execl(void)
{
	return execl(ENV, "env", NULL);
}

static int by_execle(void)
{
	return execle(ENV, "env", NULL, given);
}

static int by_execlp(void)
{
	return execlp("env", "env", NULL);
}

static int by_fexecve(void)
{
	return fexecve(open(ENV, O_RDONLY), argv_env, given);
}

static int by_execveat(void)
{
	return execveat(AT_FDCWD, ENV, argv_env, given, 0);
}

static int spawned(int err, pid_t pid)
{
	int status = -1;

	if (!err)
		waitpid(pid, &status, 0);
	_exit(status ? 97 : 0);
}

static int by_posix_spawn(void)
{
	pid_t pid = -1;

	return spawned(posix_spawn(&pid, ENV, NULL, NULL, argv_env, given), pid);
}

static int by_posix_spawnp(void)
{
	pid_t pid = -1;

	return spawned(posix_spawnp(&pid, "env", NULL, NULL, argv_env, given), pid);
}

static const struct {
	const char *name;
	int (*run)(void);
} how[] = {
	{"execve", by_execve},
	{"execv", by_execv},
	{"execvp", by_execvp},
	{"execvpe", by_execvpe},
	{"execl", by_execl},
	{"execle", by_execle},
	{"execlp", by_execlp},
	{"fexecve", by_fexecve},
	{"execveat", by_execveat},
	{"posix_spawn", by_posix_spawn},
	{"posix_spawnp", by_posix_spawnp},
};

static int start(const char *name)
{
	for (size_t i = 0; i < sizeof(how) / sizeof(how[0]); i++)
		if (!strcmp(how[i].name, name))
			how[i].run();
	_exit(98);
}

int main(int argc, char **argv)
{
	bool in_vfork = argc > 2 && !strcmp(argv[argc - 1], "vfork");
	int status = 0;
	pid_t pid;

	if (argc < 2)
		return 2;
	given = environ;
	if (argc > 2 && !strcmp(argv[2], "clear")) {
		clearenv();
		given = nothing;
	}
	if (!in_vfork)
		return start(argv[1]);
	pid = vfork();
	if (pid == 0)
		start(argv[1]);
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}
