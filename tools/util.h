/* SPDX-License-Identifier: MIT */
/*
 * How the command ends and speaks.  Every line of ours on stderr starts with "peerless: ", and
 * the exit statuses are those of env(1) and timeout(1), so that a script can tell ours apart.
 */
#ifndef PEERLESS_TOOLS_UTIL_H
#define PEERLESS_TOOLS_UTIL_H

#include <stdlib.h>
#include <unistd.h>

#include "sys/compiler.h"

enum {
	STATUS_NOT_COVERED = 1,
	STATUS_USAGE = 2,     /* bad arguments, options or config file; nothing was started */
	STATUS_OURS = 125,    /* peerless itself failed */
	STATUS_CANNOT = 126,  /* CMD is there but cannot be executed */
	STATUS_MISSING = 127, /* CMD is not there */
};

/* One line on stderr, with the "peerless: " in front and the newline behind. */
void say(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* The same, and exit(status). */
_Noreturn void die(int status, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* memory, unless it is NULL: then out of memory, and the end. */
void *die_if_null(void *memory);

/* Scope-bound: cleanup_fd int fd = open(...); cleanup_free char *text = strdup(...). */
static inline void cleanup_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void cleanup_release(void *memory)
{
	free(*(void **)memory);
}
#define cleanup_fd   __attribute__((cleanup(cleanup_close)))
#define cleanup_free __attribute__((cleanup(cleanup_release)))

#endif
