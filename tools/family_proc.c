/* SPDX-License-Identifier: MIT */
/*
 * See family_proc.h.  One read of /proc/PID/stat tells most, at some 10 microseconds; maps are long
 * and read only where an image is new.
 */
#include "family_proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>

#include "library.h"
#include "util.h"

enum { PATH_SIZE = 64, STAT_SIZE = 1024 };

#define IS_KERNEL_THREAD                                                         \
	0x00200000 /* PF_KTHREAD: the kernel shows its flags, no header has them \
		    */

static const char *path_of(char out[PATH_SIZE], pid_t pid, const char *file)
{
	snprintf(out, PATH_SIZE, "/proc/%d/%s", (int)pid, file);
	return out;
}

/* The file's beginning as a string; 0 or -errno. */
static int read_start(pid_t pid, const char *file, char *out, size_t size)
{
	char path[PATH_SIZE];
	cleanup_fd int fd = open(path_of(path, pid, file), O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, out, size - 1);

	if (len < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	out[len] = 0;
	return len ? 0 : -ESRCH;
}

static void each_number(const char *folder, family_proc_each *each, void *context)
{
	struct dirent *entry;
	DIR *dir = opendir(folder);

	while (dir && (entry = readdir(dir)))
		if (atoi(entry->d_name) > 0)
			each(context, (pid_t)atoi(entry->d_name));
	if (dir)
		closedir(dir);
}

int family_proc_state(pid_t thread)
{
	char text[STAT_SIZE];
	int rc = read_start(thread, "stat", text, sizeof(text));
	const char *state = rc ? NULL : strrchr(text, ')');

	if (rc)
		return rc;
	return state ? state[2] : -EPROTO;
}

/* *context is the thread that has exited; then one that has not. */
static void note_other(void *context, pid_t tid)
{
	pid_t *thread = context;
	int state = family_proc_state(tid);

	if (tid != *thread && state >= 0 && !strchr("ZX", state))
		*thread = tid;
}

static void find_running_thread(pid_t pid, struct family_proc *p)
{
	char path[PATH_SIZE];

	each_number(path_of(path, pid, "task"), note_other, &p->thread);
	p->ended = p->thread == pid;
}

/* proc(5).  The name may have anything in it, but nothing behind it has a ')'. */
int family_proc_read(pid_t pid, struct family_proc *out)
{
	uint64_t code = 0, stack = 0;
	char text[STAT_SIZE], *name, *end, state;
	int rc = read_start(pid, "stat", text, sizeof(text));
	unsigned flags;

	if (rc)
		return rc;
	*out = (struct family_proc){.thread = pid};
	name = strchr(text, '(');
	end = strrchr(text, ')');
	if (!name || !end ||
		sscanf(end + 1,
			" %c %d %*d %*d %*d %*d %u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d"
			" %u %*d %" SCNu64 " %*u %*d %*u %" SCNu64 " %*u %" SCNu64,
			&state, &out->parent, &flags, &out->threads, &out->started, &code,
			&stack) != 7)
		return -EPROTO;
	*end = 0;
	strncpy(out->name, name + 1, sizeof(out->name) - 1);
	out->kernel = flags & IS_KERNEL_THREAD;
	out->image = code ^ stack << 1;
	if (state == 'Z' || state == 'X')
		find_running_thread(pid, out);
	return 0;
}

/* "7f12-7f34 r-xp 00001000 fe:01 42  /path/libpeerless.so", or "... (deleted)" when upgraded. */
static bool is_code_of_ours(const char *line)
{
	const char *file = strstr(line, "/" LIBRARY_NAME);
	char may[8];

	if (!file || sscanf(line, "%*s %7s", may) != 1 || may[2] != 'x')
		return false;
	file += strlen("/" LIBRARY_NAME);
	return *file == '\n' || !strcmp(file, " (deleted)\n");
}

int family_proc_preloaded(pid_t thread)
{
	char path[PATH_SIZE];
	cleanup_free char *line = NULL;
	bool found = false;
	size_t size = 0;
	FILE *maps = fopen(path_of(path, thread, "maps"), "re");

	if (!maps)
		return errno == ENOENT ? -ESRCH : -errno;
	while (!found && getline(&line, &size, maps) > 0)
		found = is_code_of_ours(line);
	fclose(maps);
	return found;
}

/* Where AT_EXECFN points to in its memory, or 0. */
static uint64_t execfn_address(pid_t thread)
{
	char path[PATH_SIZE];
	uint64_t pair[2] = {0};
	FILE *auxv = fopen(path_of(path, thread, "auxv"), "re");

	while (auxv && fread(pair, sizeof(pair), 1, auxv) == 1 && pair[0] != AT_EXECFN)
		pair[1] = 0;
	if (auxv)
		fclose(auxv);
	return pair[0] == AT_EXECFN ? pair[1] : 0;
}

bool family_proc_executed(pid_t thread, char out[PROCESS_NAME_MAX])
{
	char path[PATH_SIZE], text[PATH_MAX + 1] = "";
	uint64_t at = execfn_address(thread);
	cleanup_fd int mem = at ? open(path_of(path, thread, "mem"), O_RDONLY | O_CLOEXEC) : -1;
	const char *base;

	if (mem < 0 || pread(mem, text, PATH_MAX, (off_t)at) <= 0 || !*text)
		return false;
	base = strrchr(text, '/');
	snprintf(out, PROCESS_NAME_MAX, "%s", base ? base + 1 : text);
	return true;
}

uint64_t family_proc_netns(pid_t thread)
{
	char path[PATH_SIZE];
	struct stat st;

	return stat(path_of(path, thread, "ns/net"), &st) ? 0 : st.st_ino;
}

static bool was_given(pid_t thread, const char *name, const char *value)
{
	char path[PATH_SIZE];
	cleanup_free char *variable = NULL;
	size_t size = 0, len = strlen(name);
	bool found = false;
	FILE *environment = fopen(path_of(path, thread, "environ"), "re");

	while (environment && !found && getdelim(&variable, &size, 0, environment) > 0)
		found = !strncmp(variable, name, len) && variable[len] == '=' &&
			!strcmp(variable + len + 1, value);
	if (environment)
		fclose(environment);
	return found;
}

/* Lines are by address; what most programs have is behind it. */
static bool has_page(pid_t thread, uint64_t address)
{
	uint64_t from = 0, to = 0;
	char path[PATH_SIZE], may[8] = "";
	cleanup_free char *line = NULL;
	size_t size = 0;
	FILE *maps = fopen(path_of(path, thread, "maps"), "re");

	while (maps && from < address && getline(&line, &size, maps) > 0)
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s", &from, &to, may) != 3)
			break;
	if (maps)
		fclose(maps);
	return from == address && to == address + KIN_MARK_BYTES && !strcmp(may, "---p");
}

bool family_proc_marked(pid_t thread, const char *mark)
{
	uint64_t address = kin_mark_address(mark);

	return was_given(thread, FAMILY_MARK, mark) || (address && has_page(thread, address));
}

pid_t family_proc_of_thread(pid_t tid)
{
	char text[STAT_SIZE];
	const char *at =
		read_start(tid, "status", text, sizeof(text)) ? NULL : strstr(text, "\nTgid:");
	int pid;

	return at && sscanf(at, "\nTgid: %d", &pid) == 1 ? pid : -ESRCH;
}

void family_proc_all(family_proc_each *each, void *context)
{
	each_number("/proc", each, context);
}

bool family_proc_lists_children(void)
{
	return !access("/proc/thread-self/children", R_OK);
}

struct child_walk {
	pid_t pid;
	family_proc_each *each;
	void *context;
};

static void each_child(void *context, pid_t tid)
{
	const struct child_walk *c = context;
	char path[PATH_SIZE], file[32];
	FILE *list;
	int child;

	snprintf(file, sizeof(file), "task/%d/children", (int)tid);
	list = fopen(path_of(path, c->pid, file), "re");
	while (list && fscanf(list, "%d", &child) == 1)
		c->each(c->context, child);
	if (list)
		fclose(list);
}

void family_proc_children(
	pid_t pid, const struct family_proc *p, family_proc_each *each, void *context)
{
	struct child_walk c = {pid, each, context};
	char path[PATH_SIZE];

	if (p->threads == 1)
		each_child(&c, pid);
	else
		each_number(path_of(path, pid, "task"), each_child, &c);
}
