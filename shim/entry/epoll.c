/* SPDX-License-Identifier: MIT */
/* What a program puts into its epoll sets.  AS-safe; no new errno; not recorded. */
#include "policy/readiness.h"
#include "sys/real.h"

/*
 * Noted before the call, as another thread may be told of an error before this one comes back.
 * Where the call fails no error is told.
 */
EXPORT int epoll_ctl(int set, int op, int fd, struct epoll_event *event)
{
	if (UNLIKELY(!real_epoll_ctl))
		return (int)real_early(SYS_epoll_ctl, set, op, fd, (long)event, 0, 0);
	if (op != EPOLL_CTL_DEL)
		readiness_watched(fd);
	return real_epoll_ctl(set, op, fd, event);
}
