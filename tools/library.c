/* SPDX-License-Identifier: MIT */
/* See library.h. */
#include "library.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include "elfcheck.h"
#include "program.h"
#include "util.h"

#ifndef PREFIX
#define PREFIX "/usr/local"
#endif

/* Folder of this executable, or "" without /proc. */
static void own_folder(char out[PATH_MAX])
{
	ssize_t len = readlink("/proc/self/exe", out, PATH_MAX - 1);
	char *slash;

	out[len < 0 ? 0 : len] = 0;
	slash = strrchr(out, '/');
	if (slash)
		*slash = 0;
}

/* Is it there?  Canonical in out: without "..", and the same whatever folder we were started in. */
static bool found(char out[PATH_MAX], const char *folder, const char *below)
{
	char tried[PATH_MAX];

	if (!*folder || snprintf(tried, sizeof(tried), "%s%s", folder, below) >= PATH_MAX)
		return false;
	return realpath(tried, out);
}

/* 0, or -1: the loader would say "cannot be preloaded: ignored", and run the program without. */
static int refuse_unloadable(const char *path, char why[LIBRARY_WHY_MAX])
{
	const char *reason = NULL;
	struct elfcheck e;
	struct statvfs fs;
	int rc = elfcheck_read(path, &e);

	if (rc == -ENOEXEC || rc == -EBADMSG)
		reason = "no intact ELF file; build it again";
	else if (rc)
		reason = strerror(-rc);
	else if (e.bits != 64 || e.machine != EM_X86_64 || e.type != ET_DYN)
		reason = "no x86-64 shared library";
	else if (!statvfs(path, &fs) && fs.f_flag & ST_NOEXEC)
		reason = "on a file system mounted noexec";
	elfcheck_free(&e);
	if (!reason)
		return 0;
	snprintf(why, LIBRARY_WHY_MAX, "the loader cannot use %s: %s", path, reason);
	return -1;
}

static const char *separator_name(char c)
{
	return c == ' '   ? "a space separates its entries"
	       : c == ':' ? "a colon separates its entries"
			  : "a $ starts a substitution";
}

int library_find(char path[PATH_MAX], char why[LIBRARY_WHY_MAX])
{
	char folder[PATH_MAX];
	size_t bad;

	own_folder(folder);
	if (!found(path, folder, "/" LIBRARY_NAME) &&
		!found(path, folder, "/../lib/peerless/" LIBRARY_NAME) &&
		!found(path, PREFIX, "/lib/peerless/" LIBRARY_NAME)) {
		snprintf(why, LIBRARY_WHY_MAX,
			LIBRARY_NAME " is missing: looked for %s/" LIBRARY_NAME
				     ", %s/../lib/peerless/" LIBRARY_NAME " and " PREFIX
				     "/lib/peerless/" LIBRARY_NAME,
			folder, folder);
		return -1;
	}
	bad = strcspn(path, " :$");
	if (path[bad]) {
		snprintf(why, LIBRARY_WHY_MAX,
			"LD_PRELOAD cannot name %s: %s; move peerless to a path without one", path,
			separator_name(path[bad]));
		return -1;
	}
	return refuse_unloadable(path, why);
}

char *library_append(const char *preload, const char *path)
{
	size_t size = (preload ? strlen(preload) : 0) + strlen(path) + 2;
	char *out = die_if_null(calloc(1, size));
	cleanup_free char *copy = die_if_null(strdup(preload ? preload : ""));
	char *entry, *rest = copy;

	while ((entry = strsep(&rest, " :")))
		if (*entry && strcmp(program_basename(entry), LIBRARY_NAME))
			strcat(strcat(out, entry), ":");
	return strcat(out, path);
}
