/* SPDX-License-Identifier: MIT */
/* See mapped.h. */
#include "mapped.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "util.h"

/* The first line of a process' maps that has `what` in it; to be freed.  NULL: there is none. */
static char *find_line(const char *process, const char *what)
{
	char path[64], *line = NULL;
	bool found = false;
	size_t size = 0;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%.20s/maps", process);
	maps = fopen(path, "re");
	while (maps && !found && getline(&line, &size, maps) > 0)
		found = strstr(line, what) != NULL;
	if (maps)
		fclose(maps);
	if (found)
		return line;
	free(line);
	return NULL;
}

/* Asked of the kernel by a mapping: its device number is not st_dev on every filesystem. */
void mapped_init(struct mapped *m, int fd)
{
	void *page = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
	char start[32], device[24], inode[24];
	cleanup_free char *line = NULL;

	*m = (struct mapped){.file = ""};
	if (page == MAP_FAILED)
		return;
	snprintf(start, sizeof(start), "%08" PRIxPTR "-", (uintptr_t)page);
	line = find_line("self", start);
	if (line && sscanf(line, "%*s %*s %*s %23s %23s", device, inode) == 2)
		snprintf(m->file, sizeof(m->file), " %s %s ", device, inode);
	munmap(page, 1);
}

static bool maps_it(const struct mapped *m, pid_t pid)
{
	cleanup_free char *line = NULL;
	char name[16];

	snprintf(name, sizeof(name), "%d", (int)pid);
	line = find_line(name, m->file);
	return line != NULL;
}

pid_t mapped_by(struct mapped *m)
{
	struct dirent *entry;
	DIR *proc;

	if (!*m->file)
		return 0;
	if (m->last && maps_it(m, m->last))
		return m->last;
	m->last = 0;
	proc = opendir("/proc");
	while (proc && !m->last && (entry = readdir(proc))) {
		pid_t pid = (pid_t)atoi(entry->d_name);

		if (pid > 0 && pid != getpid() && maps_it(m, pid))
			m->last = pid;
	}
	if (proc)
		closedir(proc);
	return m->last;
}
