/* SPDX-License-Identifier: MIT */
/* See tracefile.h. */
#include "tracefile.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "flags.h"
#include "runtime/recording.h"
#include "util.h"

/* Of the new recording, while it is to go when we exit; "" where there is no such. */
static char folder[RECORDING_PATH_MAX], file[RECORDING_PATH_MAX], name[RECORDING_PATH_MAX];

/* 0, or why no file could be made beside this name. */
static const char *folder_lacks(const char *path)
{
	cleanup_free char *copy = die_if_null(strdup(path));
	const char *at = dirname(copy);

	if (strchr(at, '%')) /* known when the program has started */
		return NULL;
	return access(at, W_OK | X_OK) ? strerror(errno) : NULL;
}

/* What a recording of these bounds would be made with. */
static struct config made_with(const struct record_header *h, value_size asked)
{
	uint64_t bytes = recording_bytes(h);
	bool cut = bytes <= asked && asked - bytes < RECORD_CHUNK_BYTES; /* to whole chunks */

	return (struct config){.trace_size = cut ? asked : (bytes | (RECORD_CHUNK_BYTES - 1)) + 1,
		.trace_payload = h->payload,
		.trace_full = h->full == RECORD_STOP ? FULL_STOP : FULL_OVERWRITE};
}

/* A recording keeps its bounds: 0, or STATUS_USAGE where flags ask for others. */
static int compare(int fd, const struct settings *s, char why[RECORDING_WHY_MAX])
{
	static const enum opt_id bounds[] = {OPT_TRACE_SIZE, OPT_TRACE_PAYLOAD, OPT_TRACE_FULL};
	char has[32], asked[32], flag[FLAGS_NAME_MAX];
	struct record_header h;
	struct config its;

	if (pread(fd, &h, sizeof(h), 0) != sizeof(h))
		return 0;
	its = made_with(&h, s->base.trace_size);
	for (size_t i = 0; i < ARRAY_SIZE(bounds); i++) {
		const char *option = config_option(bounds[i])->name;
		struct line l = line_over(has, sizeof(has)), k = line_over(asked, sizeof(asked));

		config_print(&l, &its, bounds[i]);
		config_print(&k, &s->base, bounds[i]);
		if (s->origin[bounds[i]].source != SOURCE_FLAG || !strcmp(has, asked))
			continue;
		snprintf(why, RECORDING_WHY_MAX,
			"is a recording with %s=%s, not %s: remove it, name another file, or leave "
			"out %s",
			option, has, asked, flags_name(flag, option));
		return STATUS_USAGE;
	}
	return 0;
}

/* 0, or the status to end with and the reason in why. */
static int look(const struct settings *s, bool make, char why[RECORDING_WHY_MAX])
{
	const struct config *c = &s->base;
	char path[RECORDING_PATH_MAX];
	const char *lacks = folder_lacks(c->trace);
	struct stat st;
	int fd, status;

	if (!recording_path(path, c->trace, getpid(), ""))
		lacks = strerror(ENAMETOOLONG);
	if (lacks) {
		snprintf(why, RECORDING_WHY_MAX, "no file can be made there: %s", lacks);
		return STATUS_OURS;
	}
	if (recording_is_each(c->trace) || (!make && lstat(path, &st) && errno == ENOENT))
		return 0;
	fd = recording_open(path, c, make, why);
	if (fd < 0)
		return STATUS_OURS;
	status = compare(fd, s, why);
	close(fd);
	return status;
}

void tracefile_demand(const struct settings *s)
{
	char why[RECORDING_WHY_MAX];
	int status = *s->base.trace ? look(s, true, why) : 0;

	if (status)
		die(status, "TRACE=%s: %s; nothing was started", s->base.trace, why);
}

void tracefile_warn(const struct settings *s)
{
	char why[RECORDING_WHY_MAX];
	int status = *s->base.trace ? look(s, false, why) : 0;

	if (status)
		say("warning: TRACE=%s: %s%s", s->base.trace, why,
			status == STATUS_USAGE ? "" : ": nothing will be recorded");
}

void tracefile_remove(void)
{
	if (*file)
		unlink(file);
	if (*folder)
		rmdir(folder);
	*file = *folder = 0;
}

void tracefile_keep(void)
{
	*file = 0;
}

static void join(char out[RECORDING_PATH_MAX], const char *at, const char *what)
{
	if (snprintf(out, RECORDING_PATH_MAX, "%s/%s", at, what) >= RECORDING_PATH_MAX)
		die(STATUS_USAGE, "%s/%s: %s", at, what, strerror(ENAMETOOLONG));
}

/* From / on, as the program and its children may look from another folder. */
static void name_kept(const char *keep)
{
	char at[RECORDING_PATH_MAX];
	struct stat st;

	if (!*keep || keep[strlen(keep) - 1] == '/')
		die(STATUS_USAGE, "-k %s: names no file", *keep ? keep : "''");
	if (!lstat(keep, &st))
		die(STATUS_USAGE, "-k %s: is there already; remove it, or name another file", keep);
	if (*keep != '/' && !getcwd(at, sizeof(at)))
		die(STATUS_OURS, "-k %s: the current folder: %s", keep, strerror(errno));
	join(name, *keep == '/' ? "" : at, *keep == '/' ? keep + 1 : keep);
}

static void name_temporary(void)
{
	const char *dir = getenv("TMPDIR");
	char at[PATH_MAX];

	if (!dir || !*dir)
		dir = "/tmp";
	if (realpath(dir, at))
		join(name, at, "peerless.XXXXXX");
	if (!*name || !mkdtemp(name))
		die(STATUS_OURS, "%s: %s; the recording goes there: set TMPDIR, or name it by -k",
			dir, strerror(errno));
	strcpy(folder, name);
	join(name, folder, "recording");
}

int tracefile_new(const char *keep, const struct settings *s)
{
	char why[RECORDING_WHY_MAX], text[32];
	struct line size = line_over(text, sizeof(text));
	int fd;

	if (keep)
		name_kept(keep);
	else
		name_temporary();
	atexit(tracefile_remove);
	fd = recording_open(name, &s->base, true, why);
	if (fd < 0) {
		config_print(&size, &s->base, OPT_TRACE_SIZE);
		die(STATUS_OURS, "%s: %s; nothing was started (TRACE_SIZE is %s)", name, why, text);
	}
	strcpy(file, name);
	return fd;
}

const char *tracefile_name(void)
{
	return name;
}

/* TRACE takes a % for a conversion. */
void tracefile_export(void)
{
	char value[2 * RECORDING_PATH_MAX], *out = value;

	for (const char *at = name; *at; at++) {
		*out++ = *at;
		if (*at == '%')
			*out++ = '%';
	}
	*out = 0;
	if (setenv("PEERLESS_TRACE", value, 1))
		die(STATUS_OURS, "out of memory");
}
