/* SPDX-License-Identifier: MIT */
/* Socket options as the program sets and asks them.  AS-safe; no new errno. */
#include <string.h>
#include <sys/socket.h>

#include "policy/arm.h"
#include "policy/result.h"
#include "policy/strict.h"
#include "policy/trace.h"
#include "sys/real.h"

/* Level and name, and the first four bytes of a value: record_call.def. */
static size_t option(int level, int name)
{
	return (size_t)(uint16_t)level << 16 | (uint16_t)name;
}

static uint32_t number(const void *value, socklen_t len)
{
	uint32_t n = 0;

	if (value)
		memcpy(&n, value, len < sizeof(n) ? len : sizeof(n));
	return n;
}

/* The kernel writes as many bytes, but of a packet filter: there it is a count of instructions. */
static uint32_t answer(int level, int name, const void *value, const socklen_t *len)
{
	return level == SOL_SOCKET && name == SO_GET_FILTER ? 0 : number(value, *len);
}

EXPORT int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	struct trace t = trace_begin(CALL_setsockopt, fd);
	fdtab_word w = fdtab_load(fd);
	int rc;

	if (UNLIKELY(!real_setsockopt))
		return (int)real_early(SYS_setsockopt, fd, level, name, (long)value, len, 0);
	strict_network_seen();
	rc = real_setsockopt(fd, level, name, value, len);
	if (!rc && fdtab_kind(w) == FDTAB_STREAM)
		arm_chosen(fd, w, level, name);
	return (int)trace_end(&t, rc, option(level, name), rc ? 0 : number(value, len));
}

/* A pending error belongs to the program: we only look at the one it took. */
EXPORT int getsockopt(int fd, int level, int name, void *value, socklen_t *len)
{
	struct trace t = trace_begin(CALL_getsockopt, fd);
	int rc;

	if (UNLIKELY(!real_getsockopt))
		return (int)real_early(SYS_getsockopt, fd, level, name, (long)value, (long)len, 0);
	strict_network_seen();
	rc = real_getsockopt(fd, level, name, value, len);
	if (!rc && level == SOL_SOCKET && name == SO_ERROR && *len == sizeof(int))
		*(int *)value = result_so_error(fd, *(int *)value);
	return (int)trace_end(
		&t, rc, option(level, name), rc ? 0 : answer(level, name, value, len));
}
