/* SPDX-License-Identifier: MIT */
/*
 * Calls that start another program, fence this one in, or lock its memory.  All that takes an
 * environment goes through environment_for_child(), which hands back the same pointer but under
 * CHILDREN=force. AS-safe as libc's, and right in a vfork child: nothing but its stack is written.
 */
#include <linux/seccomp.h>
#include <stdarg.h>
#include <stdlib.h>

#include "policy/environment.h"
#include "policy/story.h"
#include "policy/strict.h"
#include "runtime/fdtab.h"
#include "sys/real.h"

static inline void need(const void *real)
{
	if (UNLIKELY(!real))
		real_resolve();
}

/* What makes children otherwise, as daemon() in libc or clone(2), the recorder notices by itself.
 */
EXPORT pid_t fork(void)
{
	pid_t pid;

	need(real_fork);
	pid = real_fork();
	if (!pid)
		story_forked();
	return pid;
}

EXPORT pid_t __fork(void) __attribute__((alias("fork")));

static int exec_path(const char *path, char *const argv[], char *const envp[])
{
	struct environment room;

	need(real_execve);
	return real_execve(path, argv, environment_for_child(envp, &room));
}

static int exec_file(const char *file, char *const argv[], char *const envp[])
{
	struct environment room;

	need(real_execvpe);
	return real_execvpe(file, argv, environment_for_child(envp, &room));
}

EXPORT int execve(const char *path, char *const argv[], char *const envp[])
{
	return exec_path(path, argv, envp);
}

EXPORT int execv(const char *path, char *const argv[])
{
	return exec_path(path, argv, environ);
}

EXPORT int execvpe(const char *file, char *const argv[], char *const envp[])
{
	return exec_file(file, argv, envp);
}

EXPORT int execvp(const char *file, char *const argv[])
{
	return exec_file(file, argv, environ);
}

EXPORT int fexecve(int fd, char *const argv[], char *const envp[])
{
	struct environment room;

	need(real_fexecve);
	return real_fexecve(fd, argv, environment_for_child(envp, &room));
}

EXPORT int execveat(int fd, const char *path, char *const argv[], char *const envp[], int flags)
{
	struct environment room;

	need(real_execveat);
	return real_execveat(fd, path, argv, environment_for_child(envp, &room), flags);
}

EXPORT int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
	const posix_spawnattr_t *attr, char *const argv[], char *const envp[])
{
	struct environment room;

	need(real_posix_spawn);
	return real_posix_spawn(pid, path, actions, attr, argv, environment_for_child(envp, &room));
}

EXPORT int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
	const posix_spawnattr_t *attr, char *const argv[], char *const envp[])
{
	struct environment room;

	need(real_posix_spawnp);
	return real_posix_spawnp(
		pid, file, actions, attr, argv, environment_for_child(envp, &room));
}

/* The number of arguments up to and with the NULL. */
static size_t count_args(va_list *args)
{
	va_list copy;
	size_t n = 2; /* the first one and the NULL */

	va_copy(copy, *args);
	while (va_arg(copy, char *))
		n++;
	va_end(copy);
	return n;
}

static void collect_args(char **argv, const char *first, va_list *args)
{
	*argv++ = (char *)first;
	do
		*argv = va_arg(*args, char *);
	while (*argv++);
}

/*
 * The execl family: arguments become a vector on the stack, as many as there are; libc does the
 * same.  Nothing is known to bound them, so this is the one place with alloca.
 */
EXPORT int execl(const char *path, const char *arg, ...)
{
	va_list args;
	char **argv;

	va_start(args, arg);
	argv = __builtin_alloca(count_args(&args) * sizeof(*argv));
	collect_args(argv, arg, &args);
	va_end(args);
	return exec_path(path, argv, environ);
}

EXPORT int execle(const char *path, const char *arg, ...)
{
	va_list args;
	char **argv;
	char *const *envp;

	va_start(args, arg);
	argv = __builtin_alloca(count_args(&args) * sizeof(*argv));
	collect_args(argv, arg, &args);
	envp = va_arg(args, char *const *);
	va_end(args);
	return exec_path(path, argv, envp);
}

EXPORT int execlp(const char *file, const char *arg, ...)
{
	va_list args;
	char **argv;

	va_start(args, arg);
	argv = __builtin_alloca(count_args(&args) * sizeof(*argv));
	collect_args(argv, arg, &args);
	va_end(args);
	return exec_file(file, argv, environ);
}

/* A filter of the program's own making allows what the program calls, and nothing of ours. */
static bool begins_filter(int option, long mode)
{
	return option == PR_SET_SECCOMP &&
	       (mode == SECCOMP_MODE_FILTER || mode == SECCOMP_MODE_STRICT);
}

EXPORT int prctl(int option, ...)
{
	va_list args;
	long arg[4];
	bool strict;
	int rc;

	va_start(args, option);
	for (int i = 0; i < 4; i++)
		arg[i] = va_arg(args, long);
	va_end(args);
	if (UNLIKELY(!real_prctl))
		return (int)real_early(SYS_prctl, option, arg[0], arg[1], arg[2], arg[3], 0);
	strict = UNLIKELY(begins_filter(option, arg[0])) && strict_begin((const void *)arg[1]);
	rc = real_prctl(option, arg[0], arg[1], arg[2], arg[3]);
	strict_end(strict, rc < 0);
	return rc;
}

/* A table for a million descriptors costs what is touched of it, but locked memory all of it. */
EXPORT int mlockall(int flags)
{
	if (UNLIKELY(!real_mlockall))
		return (int)real_early(SYS_mlockall, flags, 0, 0, 0, 0, 0);
	fdtab_trim(flags);
	return real_mlockall(flags);
}
