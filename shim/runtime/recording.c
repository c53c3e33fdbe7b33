/* SPDX-License-Identifier: MIT */
/*
 * A new recording is made under another name beside its own, gets all its space and its header, and
 * only then its name, where no other has it by now.
 */
#include "runtime/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "runtime/line.h"
#include "runtime/recorder.h"
#include "sys/compiler.h"
#include "sys/errno_name.h"
#include "sys/raw.h"

#define SUFFIX_MAX 32

bool recording_path(char out[RECORDING_PATH_MAX], const char *trace, int pid, const char *program)
{
	struct line l = line_over(out, RECORDING_PATH_MAX - SUFFIX_MAX);

	for (; *trace; trace++) {
		if (*trace != '%')
			line_char(&l, *trace);
		else if (*++trace == 'p')
			line_uint(&l, (uint64_t)pid);
		else if (*trace == 'c')
			line_str(&l, program);
		else
			line_char(&l, '%');
	}
	return !l.cut;
}

bool recording_is_each(const char *trace)
{
	for (; (trace = strchr(trace, '%')); trace += 2)
		if (trace[1] != '%')
			return true;
	return false;
}

static int refuse(char why[RECORDING_WHY_MAX], const char *reason, const char *more)
{
	struct line l = line_over(why, RECORDING_WHY_MAX);

	line_str(&l, reason);
	line_str(&l, more);
	return -1;
}

static int failed(char why[RECORDING_WHY_MAX], const char *what, long rc)
{
	return refuse(why, what, errno_name((int)-rc));
}

uint64_t recording_bytes(const struct record_header *h)
{
	return RECORD_HEADER_BYTES + (uint64_t)h->stories * RECORD_STORY_BYTES +
	       (uint64_t)h->chunks * RECORD_CHUNK_BYTES;
}

/* A quarter is for stories; so many that the chunks behind them begin on a page. */
static void divide(struct record_header *h, uint64_t bytes)
{
	const uint64_t a_page = 4096 / RECORD_STORY_BYTES;

	h->stories = (uint32_t)(bytes / 4 / RECORD_STORY_BYTES / a_page * a_page);
	h->chunks = (uint32_t)((bytes - RECORD_HEADER_BYTES -
				       (uint64_t)h->stories * RECORD_STORY_BYTES) /
			       RECORD_CHUNK_BYTES);
}

static void print_options(char *out, size_t size, const struct config *c)
{
	struct line l = line_over(out, size);

	for (int id = 0; id < OPT_COUNT; id++) {
		if (!config_given(c, (enum opt_id)id))
			continue;
		line_str(&l, config_option((enum opt_id)id)->name);
		line_char(&l, '=');
		config_print(&l, c, (enum opt_id)id);
		line_char(&l, '\n');
	}
}

static void describe(struct record_header *h, const struct config *c)
{
	struct utsname host = {.nodename = ""};

	memcpy(h->magic, RECORD_MAGIC, sizeof(h->magic));
	h->version = RECORD_VERSION;
	h->full = c->trace_full == FULL_STOP ? RECORD_STOP : RECORD_OVERWRITE;
	h->payload = (uint32_t)c->trace_payload;
	divide(h, c->trace_size);
	h->mono_ns = recorder_now();
	h->real_ns = recorder_clock(CLOCK_REALTIME);
	raw3(SYS_uname, (long)&host, 0, 0);
	memcpy(h->host, host.nodename, strnlen(host.nodename, sizeof(h->host) - 1));
	print_options(h->options, sizeof(h->options), c);
}

/* All of it now, so that a full disk is no SIGBUS later. */
static long allocate(int fd, uint64_t bytes)
{
	static const char zero[4096];
	struct rlimit limit;
	long rc;

	if (!raw6(SYS_prlimit64, 0, RLIMIT_FSIZE, 0, (long)&limit, 0, 0) && limit.rlim_cur < bytes)
		return -EFBIG; /* and SIGXFSZ */
	rc = raw6(SYS_fallocate, fd, 0, 0, (long)bytes, 0, 0);
	if (rc != -EOPNOTSUPP)
		return rc;
	for (uint64_t at = 0; at < bytes; at += sizeof(zero)) {
		rc = raw6(SYS_pwrite64, fd, (long)zero, sizeof(zero), (long)at, 0, 0);
		if (rc != sizeof(zero))
			return rc < 0 ? rc : -ENOSPC;
	}
	return 0;
}

static NOINLINE long fill(int fd, const struct config *c)
{
	struct record_header h = {0};
	long rc;

	describe(&h, c);
	rc = allocate(fd, recording_bytes(&h));
	if (rc)
		return rc;
	rc = raw6(SYS_pwrite64, fd, (long)&h, sizeof(h), 0, 0, 0);
	return rc == sizeof(h) ? 0 : rc < 0 ? rc : -ENOSPC;
}

/* Gives it its name, but none that is taken. */
static long name_it(const char *from, const char *to)
{
	long rc =
		raw6(SYS_renameat2, AT_FDCWD, (long)from, AT_FDCWD, (long)to, RENAME_NOREPLACE, 0);

	if (rc != -EINVAL && rc != -ENOSYS)
		return rc;
	rc = raw6(SYS_linkat, AT_FDCWD, (long)from, AT_FDCWD, (long)to, 0,
		0); /* network filesystems */
	if (!rc)
		raw3(SYS_unlinkat, AT_FDCWD, (long)from, 0);
	return rc;
}

/* 0, or -Exxx with the reason said; -EEXIST: somebody else was faster. */
static long make_it(const char *path, const struct config *c, char why[RECORDING_WHY_MAX])
{
	static char scratch[RECORDING_PATH_MAX]; /* once a process, and large for a stack */
	struct line l = line_over(scratch, sizeof(scratch));
	long fd, rc;

	line_str(&l, path);
	line_str(&l, ".new.");
	line_uint(&l, (uint64_t)raw3(SYS_getpid, 0, 0, 0));
	fd = raw6(SYS_openat, AT_FDCWD, (long)scratch,
		O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600, 0, 0);
	if (fd < 0)
		return failed(why, "cannot be made: ", fd), fd;
	raw3(SYS_fchmod, fd, 0600, 0); /* whatever the umask left */
	rc = fill((int)fd, c);
	raw3(SYS_close, fd, 0, 0);
	rc = rc ? rc : name_it(scratch, path);
	if (rc) {
		raw3(SYS_unlinkat, AT_FDCWD, (long)scratch, 0);
		failed(why, "cannot be made: ", rc);
	}
	return rc;
}

static const char *why_not_ours(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return "is no regular file";
	if (st->st_uid != getauxval(AT_EUID)) /* of exec; geteuid(2) may be forbidden */
		return "belongs to another user";
	if (st->st_mode & 022)
		return "can be written by others: chmod go-w";
	return NULL;
}

static int refuse_version(char why[RECORDING_WHY_MAX], uint32_t version)
{
	struct line l = line_over(why, RECORDING_WHY_MAX);

	line_str(&l, "is a recording of version ");
	line_uint(&l, version);
	line_str(&l, ", and this is version ");
	line_uint(&l, RECORD_VERSION);
	line_str(&l, ": name another file");
	return -1;
}

/* Can one go on in it? */
static NOINLINE int check(int fd, char why[RECORDING_WHY_MAX])
{
	struct record_header h;
	struct stat st;
	long rc = raw6(SYS_newfstatat, fd, (long)"", (long)&st, AT_EMPTY_PATH, 0, 0);
	const char *not_ours = rc ? "cannot be asked for its owner" : why_not_ours(&st);

	if (not_ours)
		return refuse(why, not_ours, "");
	if (raw3(SYS_read, fd, (long)&h, sizeof(h)) != sizeof(h) ||
		memcmp(h.magic, RECORD_MAGIC, sizeof(h.magic)) != 0)
		return refuse(why, "is there already, and no recording of ours: name another", "");
	if (h.version != RECORD_VERSION)
		return refuse_version(why, h.version);
	if (!h.stories || !h.chunks || (uint64_t)st.st_size < recording_bytes(&h))
		return refuse(
			why, "is a recording that is damaged: remove it, or name another", "");
	return 0;
}

int recording_open(const char *path, const struct config *c, bool make, char why[RECORDING_WHY_MAX])
{
	const int flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	long fd;

	for (int i = 0; i < 2; i++) {
		fd = raw6(SYS_openat, AT_FDCWD, (long)path, flags, 0, 0, 0);
		if (fd == -ELOOP)
			return refuse(why, "is a symbolic link, which is never followed", "");
		if (fd != -ENOENT || !make || i == 1)
			break;
		fd = make_it(path, c, why);
		if (fd && fd != -EEXIST)
			return -1;
	}
	if (fd < 0)
		return failed(why, "cannot be opened: ", fd);
	if (!check((int)fd, why))
		return (int)fd;
	raw3(SYS_close, fd, 0, 0);
	return -1;
}
