/* SPDX-License-Identifier: MIT */
/*
 * Calls that end, move or halve a descriptor.  AS-safe as libc's (fclose is not); no new errno.
 * What is closed is forgotten before the call: afterwards its number may be another thread's.
 */
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <sys/socket.h>

#include "policy/conn.h"
#include "sys/real.h"

EXPORT int close(int fd)
{
	if (UNLIKELY(!real_close))
		return (int)real_early(SYS_close, fd, 0, 0, 0, 0, 0);
	pthread_testcancel(); /* as close() begins: else one that closes nothing would forget */
	conn_closing(fd);
	return real_close(fd);
}

EXPORT int __close(int fd) __attribute__((alias("close")));

EXPORT int close_range(unsigned first, unsigned last, int flags)
{
	if (UNLIKELY(!real_close_range))
		return (int)real_early(SYS_close_range, first, last, flags, 0, 0, 0);
	conn_closing_range(first, last, (unsigned)flags);
	return real_close_range(first, last, flags);
}

EXPORT void closefrom(int low)
{
	if (UNLIKELY(!real_closefrom)) {
		real_early(SYS_close_range, low < 0 ? 0 : low, UINT_MAX, 0, 0, 0, 0);
		return;
	}
	conn_closing_range(low < 0 ? 0 : (unsigned)low, UINT_MAX, 0);
	real_closefrom(low);
}

static COLD void stream_closing(FILE *stream)
{
	KEEP_ERRNO; /* a stream without a descriptor sets it */

	conn_closing(fileno(stream));
}

EXPORT int fclose(FILE *stream)
{
	if (UNLIKELY(!real_fclose))
		real_resolve();
	stream_closing(stream);
	return real_fclose(stream);
}

EXPORT int _IO_fclose(FILE *stream) __attribute__((alias("fclose")));

/* rc is a second name for fd, if the call went well. */
static inline int moved(int fd, int rc)
{
	if (rc >= 0)
		conn_moved(fd, rc);
	return rc;
}

EXPORT int dup(int fd)
{
	if (UNLIKELY(!real_dup))
		return (int)real_early(SYS_dup, fd, 0, 0, 0, 0, 0);
	return moved(fd, real_dup(fd));
}

EXPORT int dup2(int from, int to)
{
	if (UNLIKELY(!real_dup2))
		return (int)real_early(SYS_dup2, from, to, 0, 0, 0, 0);
	return moved(from, real_dup2(from, to));
}

EXPORT int __dup2(int from, int to) __attribute__((alias("dup2")));

EXPORT int dup3(int from, int to, int flags)
{
	if (UNLIKELY(!real_dup3))
		return (int)real_early(SYS_dup3, from, to, flags, 0, 0, 0);
	return moved(from, real_dup3(from, to, flags));
}

EXPORT int fcntl(int fd, int cmd, ...)
{
	va_list args;
	long arg;
	int rc;

	va_start(args, cmd);
	arg = va_arg(args, long); /* an int, a pointer, or nothing: one word, passed on as it is */
	va_end(args);
	if (UNLIKELY(!real_fcntl))
		return (int)real_early(SYS_fcntl, fd, cmd, arg, 0, 0, 0);
	rc = real_fcntl(fd, cmd, arg);
	return cmd == F_DUPFD || cmd == F_DUPFD_CLOEXEC ? moved(fd, rc) : rc;
}

EXPORT int fcntl64(int fd, int cmd, ...) __attribute__((alias("fcntl")));
EXPORT int __fcntl(int fd, int cmd, ...) __attribute__((alias("fcntl")));

EXPORT int shutdown(int fd, int how)
{
	int rc;

	if (UNLIKELY(!real_shutdown))
		return (int)real_early(SYS_shutdown, fd, how, 0, 0, 0, 0);
	rc = real_shutdown(fd, how);
	if (!rc)
		conn_shut(fd, how);
	return rc;
}
