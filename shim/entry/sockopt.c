/* SPDX-License-Identifier: MIT */
/* Socket options as the program sets and asks them.  AS-safe; no new errno. */
#include <sys/socket.h>

#include "policy/arm.h"
#include "policy/result.h"
#include "policy/strict.h"
#include "sys/real.h"

EXPORT int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	fdtab_word w = fdtab_load(fd);
	int rc;

	if (UNLIKELY(!real_setsockopt))
		return (int)real_early(SYS_setsockopt, fd, level, name, (long)value, len, 0);
	strict_network_seen();
	rc = real_setsockopt(fd, level, name, value, len);
	if (!rc && fdtab_kind(w) == FDTAB_STREAM)
		arm_chosen(fd, w, level, name);
	return rc;
}

/* A pending error belongs to the program: we only look at the one it took. */
EXPORT int getsockopt(int fd, int level, int name, void *value, socklen_t *len)
{
	int rc;

	if (UNLIKELY(!real_getsockopt))
		return (int)real_early(SYS_getsockopt, fd, level, name, (long)value, (long)len, 0);
	strict_network_seen();
	rc = real_getsockopt(fd, level, name, value, len);
	if (!rc && level == SOL_SOCKET && name == SO_ERROR && *len == sizeof(int))
		result_so_error(fd, *(int *)value);
	return rc;
}
