/* SPDX-License-Identifier: MIT */
/* See logtarget.h.  Opened as the library does it (runtime/log_write.c), but never created. */
#include "logtarget.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <unistd.h>

#include "util.h"

/* 0, or the errno that a line would be lost by. */
static int writable(const char *path)
{
	cleanup_fd int fd = open(path, O_WRONLY | O_APPEND | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	cleanup_free char *copy = NULL;

	if (fd >= 0)
		return 0;
	if (errno != ENOENT)
		return errno;
	copy = die_if_null(strdup(path));
	return access(dirname(copy), W_OK | X_OK) ? errno : 0;
}

void logtarget_warn(const struct settings *s)
{
	const struct target *log = &s->base.log;
	int err = log->kind == TARGET_FILE ? writable(log->path) : 0;

	if (err == ENXIO)
		say("warning: LOG: %s is a FIFO that nobody reads: lines will be lost", log->path);
	else if (err)
		say("warning: LOG: %s cannot be written: %s: lines will be lost", log->path,
			strerror(err));
}
