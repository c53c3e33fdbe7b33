/* SPDX-License-Identifier: MIT */
/* The cold side of the door: first use of a descriptor, and calls that an option changes. */
#include "policy/call.h"

#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>

#include "policy/conn.h"
#include "policy/failfast.h"
#include "policy/found.h"
#include "policy/opening.h"
#include "sys/real.h"

static struct call way(int fd, fdtab_word w, enum call_way way)
{
	return (struct call){.word = w, .fd = fd, .way = way};
}

COLD struct call call_prepare(int fd)
{
	fdtab_word w = fdtab_load(fd);
	KEEP_ERRNO;

	if (fdtab_kind(w) == FDTAB_OUTSIDE)
		return way(fd, w, real_read ? CALL_WATCH : CALL_INSTEAD);
	if (w & FDTAB_CONDEMNED && !conn_still(fd, w))
		w = fdtab_load(fd);
	if (fdtab_kind(w) == FDTAB_UNKNOWN)
		w = found_descriptor(fd);
	if (w & FDTAB_FRESH)
		w = found_connected(fd, w);
	if (w & FDTAB_CONDEMNED)
		return (struct call){.word = w,
			.fd = fd,
			.way = CALL_INSTEAD,
			.error = (uint16_t)failfast_errno(w)};
	return way(fd, w, w & FDTAB_DEADLINE ? CALL_DEADLINE : CALL_WATCH);
}

COLD long call_instead(struct call c, long nr, long a, long b, long d, long e, long f)
{
	if (!c.error)
		return real_early(nr, c.fd, a, b, d, e, f);
	if (nr != SYS_sendfile)
		pthread_testcancel(); /* the call that is not made would have been such a point */
	failfast_spent(c.fd, c.word);
	errno = c.error;
	return -1;
}
