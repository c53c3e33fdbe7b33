/* SPDX-License-Identifier: MIT */
/* See sending.h.  x86-64's numbers, as the whole project's. */
#include "sending.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "family_proc.h"
#include "sys/compiler.h"
#include "util.h"

/* Which argument is the descriptor written to. */
static const struct {
	int nr;
	unsigned at;
} sends[] = {
	{SYS_write, 0},
	{SYS_writev, 0},
	{SYS_pwritev2, 0},
	{SYS_sendto, 0},
	{SYS_sendmsg, 0},
	{SYS_sendmmsg, 0},
	{SYS_sendfile, 0},
	{SYS_splice, 2},
};

static bool is_socket(pid_t pid, const char *tid, uint64_t fd, uint32_t inode)
{
	char path[PATH_MAX], link[64], want[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/task/%s/fd/%" PRIu64, (int)pid, tid, fd);
	snprintf(want, sizeof(want), "socket:[%u]", inode);
	n = readlink(path, link, sizeof(link) - 1);
	if (n < 0)
		return false;
	link[n] = '\0';
	return !strcmp(link, want);
}

/* "running", or the number and six arguments in hexadecimal of the call that it sleeps in. */
static bool sends_on(pid_t pid, const char *tid, const char *text, uint32_t inode)
{
	uint64_t arg[3];
	int nr;

	if (sscanf(text, "%d %" SCNx64 " %" SCNx64 " %" SCNx64, &nr, &arg[0], &arg[1], &arg[2]) < 4)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(sends); i++)
		if (sends[i].nr == nr)
			return is_socket(pid, tid, arg[sends[i].at], inode);
	return false;
}

/* Who has exited is listed until all have, and what it does is shown to root alone. */
static bool has_exited(const char *tid)
{
	int state = family_proc_state(atoi(tid));

	return state == -ESRCH || state == 'Z' || state == 'X';
}

static bool thread_sends(pid_t pid, const char *tid, uint32_t inode)
{
	char path[PATH_MAX], text[256] = "";
	FILE *f;
	bool known;

	snprintf(path, sizeof(path), "/proc/%d/task/%s/syscall", (int)pid, tid);
	f = fopen(path, "re");
	if (!f)
		return !has_exited(tid);
	known = fgets(text, sizeof(text), f);
	fclose(f);
	return known && sends_on(pid, tid, text, inode);
}

bool sending_now(pid_t pid, uint32_t inode)
{
	char path[64];
	struct dirent *e;
	bool sends_now = false;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	tasks = opendir(path);
	if (!tasks)
		return true;
	while (!sends_now && (e = readdir(tasks)))
		sends_now = e->d_name[0] != '.' && thread_sends(pid, e->d_name, inode);
	closedir(tasks);
	return sends_now;
}
