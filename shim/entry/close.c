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
#include "policy/readiness.h"
#include "policy/trace.h"
#include "sys/real.h"

EXPORT int close(int fd)
{
	struct trace t = trace_begin_closing(CALL_close, fd);

	if (UNLIKELY(!real_close))
		return (int)real_early(SYS_close, fd, 0, 0, 0, 0, 0);
	pthread_testcancel(); /* as close() begins: else one that closes nothing would forget */
	conn_closing(fd);
	return (int)trace_end(&t, real_close(fd), 0, 0);
}

EXPORT int __close(int fd) __attribute__((alias("close")));

EXPORT int close_range(unsigned first, unsigned last, int flags)
{
	struct trace t = trace_begin_closing(CALL_close_range, (int)first);

	if (UNLIKELY(!real_close_range))
		return (int)real_early(SYS_close_range, first, last, flags, 0, 0, 0);
	conn_closing_range(first, last, (unsigned)flags);
	return (int)trace_end(&t, real_close_range(first, last, flags), last, (uint32_t)flags);
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

/* A stream without a descriptor sets errno. */
static COLD int descriptor_of(FILE *stream)
{
	KEEP_ERRNO;

	return fileno(stream);
}

static COLD void stream_closing(FILE *stream)
{
	conn_closing(descriptor_of(stream));
}

EXPORT int fclose(FILE *stream)
{
	struct trace t;

	if (UNLIKELY(!real_fclose))
		real_resolve();
	t = trace_begin_closing(CALL_fclose, recorder_on ? descriptor_of(stream) : -1);
	stream_closing(stream);
	return (int)trace_end(&t, real_fclose(stream), 0, 0);
}

EXPORT int _IO_fclose(FILE *stream) __attribute__((alias("fclose")));

/* rc is a second name for fd, if the call went well. */
static inline int moved(const struct trace *t, int fd, int rc, int asked, int flags)
{
	if (rc >= 0)
		conn_moved(fd, rc);
	return (int)trace_end(t, rc, (size_t)asked, (uint32_t)flags);
}

EXPORT int dup(int fd)
{
	struct trace t = trace_begin(CALL_dup, fd);

	if (UNLIKELY(!real_dup))
		return (int)real_early(SYS_dup, fd, 0, 0, 0, 0, 0);
	return moved(&t, fd, real_dup(fd), 0, 0);
}

EXPORT int dup2(int from, int to)
{
	struct trace t = trace_begin(CALL_dup2, from);

	if (UNLIKELY(!real_dup2))
		return (int)real_early(SYS_dup2, from, to, 0, 0, 0, 0);
	readiness_replacing(from, to);
	return moved(&t, from, real_dup2(from, to), to, 0);
}

EXPORT int __dup2(int from, int to) __attribute__((alias("dup2")));

EXPORT int dup3(int from, int to, int flags)
{
	struct trace t = trace_begin(CALL_dup3, from);

	if (UNLIKELY(!real_dup3))
		return (int)real_early(SYS_dup3, from, to, flags, 0, 0, 0);
	readiness_replacing(from, to);
	return moved(&t, from, real_dup3(from, to, flags), to, flags);
}

EXPORT int fcntl(int fd, int cmd, ...)
{
	struct trace t;
	va_list args;
	long arg;

	va_start(args, cmd);
	arg = va_arg(args, long); /* an int, a pointer, or nothing: one word, passed on as it is */
	va_end(args);
	if (UNLIKELY(!real_fcntl))
		return (int)real_early(SYS_fcntl, fd, cmd, arg, 0, 0, 0);
	if (LIKELY(cmd != F_DUPFD && cmd != F_DUPFD_CLOEXEC))
		return real_fcntl(fd, cmd, arg);
	t = trace_begin(CALL_fcntl, fd);
	return moved(&t, fd, real_fcntl(fd, cmd, arg), cmd, (int)arg);
}

EXPORT int fcntl64(int fd, int cmd, ...) __attribute__((alias("fcntl")));
EXPORT int __fcntl(int fd, int cmd, ...) __attribute__((alias("fcntl")));

EXPORT int shutdown(int fd, int how)
{
	struct trace t = trace_begin(CALL_shutdown, fd);
	int rc;

	if (UNLIKELY(!real_shutdown))
		return (int)real_early(SYS_shutdown, fd, how, 0, 0, 0, 0);
	rc = real_shutdown(fd, how);
	if (!rc)
		conn_shut(fd, how);
	return (int)trace_end(&t, rc, 0, (uint32_t)how);
}
