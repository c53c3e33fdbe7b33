/* SPDX-License-Identifier: MIT */
/* See program.h. */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "util.h"

#define HEAD_BYTES 256 /* BINPRM_BUF_SIZE: as much of a file as the kernel looks at */

/* What kept the search from an answer, for the message and the exit status. */
struct failure {
	char *why;
	size_t size;
};

static int fail(struct failure f, int status, const char *path, const char *reason)
{
	snprintf(f.why, f.size, "%s: %s", path, reason);
	return status;
}

const char *program_basename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

const char *program_loaded(const struct program *t)
{
	return t->hops ? t->interpreter[t->hops - 1] : t->path;
}

/* 0 where execve(2) would open it, else an errno. */
static int executable(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return errno;
	if (!S_ISREG(st.st_mode))
		return EACCES;
	return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) ? errno : 0;
}

/* As execvp(3): an entry that may not be used is passed over, and remembered. */
static int search(char *out, const char *cmd)
{
	const char *dir = getenv("PATH");
	int rc, worst = ENOENT;

	for (dir = dir ? dir : _PATH_DEFPATH;; dir++) {
		size_t len = strcspn(dir, ":");

		if (snprintf(out, PATH_MAX, "%.*s%s%s", (int)len, dir, len ? "/" : "", cmd) <
			PATH_MAX) {
			rc = executable(out);
			if (!rc)
				return 0;
			if (rc == EACCES)
				worst = EACCES;
		}
		dir += len;
		if (!*dir)
			return worst;
	}
}

static int locate(char *out, const char *cmd)
{
	if (!*cmd)
		return ENOENT;
	if (!strchr(cmd, '/'))
		return search(out, cmd);
	if (strlen(cmd) >= PATH_MAX)
		return ENAMETOOLONG;
	strcpy(out, cmd);
	return executable(out);
}

/* The first bytes, NUL-terminated; their number, or -1 where the file may not be read. */
static ssize_t read_head(const char *path, char head[HEAD_BYTES + 1])
{
	cleanup_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t len = fd < 0 ? -1 : read(fd, head, HEAD_BYTES);

	head[len < 0 ? 0 : len] = 0;
	return len;
}

/* Only -S makes env split what the kernel hands over as one word. */
static char *env_words(char *argument)
{
	if (!strncmp(argument, "-S", 2))
		return argument + 2;
	if (!strncmp(argument, "-vS", 3))
		return argument + 3;
	if (!strncmp(argument, "--split-string=", 15))
		return argument + 15;
	return NULL;
}

/* "#!/usr/bin/env -S [OPTION...] [NAME=VALUE...] X" runs X; quotes are beyond us: NULL. */
static char *env_program(struct program *t, char *words)
{
	char *word;

	while ((word = strsep(&words, " \t"))) {
		if (!strcmp(word, "-") || !strcmp(word, "-i") ||
			!strcmp(word, "--ignore-environment"))
			t->scrubbed = true;
		else if (!strcmp(word, "-u") || !strcmp(word, "-C"))
			strsep(&words, " \t");
		else if (*word && *word != '-' && !strchr(word, '='))
			return strpbrk(word, "'\"\\$") ? NULL : word;
	}
	return NULL;
}

static int follow(struct program *t, const char *from, const char *name, struct failure f)
{
	char reason[128];
	int rc;

	if (t->hops == PROGRAM_HOPS_MAX)
		return fail(f, STATUS_CANNOT, from, "too many interpreters of interpreters");
	rc = locate(t->interpreter[t->hops], name);
	if (rc) {
		snprintf(reason, sizeof(reason), "its interpreter %.80s: %s", name, strerror(rc));
		return fail(f, rc == ENOENT ? STATUS_MISSING : STATUS_CANNOT, from, reason);
	}
	t->hops++;
	return 0;
}

/* As follow(), where it is not the kernel but env or execvp(3) that goes on, with a new execve(2).
 */
static int follow_exec(struct program *t, const char *from, const char *name, struct failure f)
{
	int rc = follow(t, from, name, f);

	if (!rc)
		t->name = program_basename(program_loaded(t));
	return rc;
}

/* One "#!" line, which head holds without its first two bytes. */
static int follow_line(struct program *t, const char *from, char *line, struct failure f)
{
	char *name = line + strspn(line, " \t");
	char *argument = name + strcspn(name, " \t\n");
	int rc;

	name[strcspn(name, "\n")] = 0;
	if (*argument)
		*argument++ = 0;
	argument += strspn(argument, " \t");
	for (size_t len = strlen(argument); len && strchr(" \t", argument[len - 1]);)
		argument[--len] = 0;
	if (!*name)
		return fail(f, STATUS_CANNOT, from, "its #! line names no interpreter");
	rc = follow(t, from, name, f);
	if (rc || strcmp(program_basename(name), "env") || !*argument)
		return rc;
	if (env_words(argument))
		name = env_program(t, env_words(argument));
	else
		name = *argument == '-' || strchr(argument, '=') ? NULL : argument;
	return name ? follow_exec(t, from, name, f) : 0;
}

/* Binary or text, as shells decide before they take a file for a script: a NUL in its first line.
 */
static bool is_text(const char *head, ssize_t len)
{
	const char *end = memchr(head, '\n', (size_t)len);

	return !memchr(head, 0, end ? (size_t)(end - head) : (size_t)len);
}

int program_resolve(struct program *t, const char *cmd, char *why, size_t why_size)
{
	struct failure f = {why, why_size};
	char head[HEAD_BYTES + 1];
	int rc = locate(t->path, cmd);

	t->hops = 0;
	t->name = program_basename(cmd);
	t->by_shell = t->scrubbed = false;
	if (rc)
		return fail(f, rc == ENOENT || rc == ENOTDIR ? STATUS_MISSING : STATUS_CANNOT,
			*cmd ? cmd : "the empty name", strerror(rc));
	for (;;) {
		const char *from = program_loaded(t);
		ssize_t len = read_head(from, head);

		if (len < 0 || !strncmp(head, "\177ELF", 4))
			return 0; /* what may be executed but not read is no script: sh could not
				     either */
		if (len > 2 && head[0] == '#' && head[1] == '!')
			rc = follow_line(t, from, head + 2, f);
		else if (t->hops || !is_text(head, len))
			rc = fail(f, STATUS_CANNOT, from, strerror(ENOEXEC));
		else {
			t->by_shell = true;
			rc = follow_exec(t, from, _PATH_BSHELL, f);
		}
		if (rc)
			return rc;
	}
}

static int exec_by_shell(const char *path, char *const argv[])
{
	size_t count = 0;
	cleanup_free char **words = NULL;

	while (argv[count])
		count++;
	words = die_if_null(calloc(count + 2, sizeof(*words)));
	words[0] = _PATH_BSHELL;
	words[1] = (char *)path;
	for (size_t i = 1; i < count; i++)
		words[i + 1] = argv[i];
	execv(words[0], words);
	return errno;
}

int program_exec(const struct program *t, char *const argv[])
{
	if (t->by_shell)
		return exec_by_shell(t->path, argv);
	execv(t->path, argv);
	return errno;
}
