/* SPDX-License-Identifier: MIT */
/* See imports.h.  What calls.def gains leaves the list of gaps by itself. */
#include "imports.h"

#include <stddef.h>
#include <string.h>

#include "sys/compiler.h"

static const char *const covered[] = {
#define CALL(name, need)  #name,
#define ALIAS(name, call) #name,
#include "calls.def"
};

#define WAITS "waits only: a death is reported by the read or write that follows"
#define RAW   "reads and writes sockets unseen: what it finds is not reported"
#define URING "past libc: sockets that it connects are not armed, its results are not seen"
#define STDIO "stdio inside libc: the socket is armed, its results are not seen"
#define OWN   "copies of libc of its own: calls from there are not seen"

static const struct {
	const char *name; /* a * at its end stands for any rest */
	const char *gap;
} gaps[] = {
	{"poll", WAITS},
	{"ppoll", WAITS},
	{"__poll_chk", WAITS},
	{"__ppoll_chk", WAITS},
	{"select", WAITS},
	{"pselect", WAITS},
	{"__poll", WAITS},
	{"__select", WAITS},
	{"epoll_wait", WAITS},
	{"epoll_pwait*", WAITS},
	{"preadv2*", RAW},
	{"pwritev2*", RAW},
	{"preadv64v2", RAW},
	{"pwritev64v2", RAW},
	{"vmsplice", RAW},
	{"io_submit", RAW},
	{"io_uring_*", URING},
	{"fdopen", STDIO},
	{"_IO_fdopen", STDIO},
	{"dprintf", STDIO},
	{"vdprintf", STDIO},
	{"__dprintf_chk", STDIO},
	{"__vdprintf_chk", STDIO},
	{"dlmopen", OWN},
};

bool imports_is_covered(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(covered); i++)
		if (!strcmp(covered[i], name))
			return true;
	return false;
}

static bool matches(const char *pattern, const char *name)
{
	size_t len = strcspn(pattern, "*");

	return pattern[len] ? !strncmp(pattern, name, len) : !strcmp(pattern, name);
}

const char *imports_gap(const char *name)
{
	if (imports_is_covered(name))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(gaps); i++)
		if (matches(gaps[i].name, name))
			return gaps[i].gap;
	return NULL;
}
