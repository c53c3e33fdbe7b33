/* SPDX-License-Identifier: MIT */
/*
 * Calls that wait until a descriptor is ready.  AS-safe and cancellation points, as libc's; no new
 * errno.  They are handed on, looked through for errors (policy/readiness.h), and recorded where
 * anything is.  A record reads what the program passed only where libc reads it too, or the kernel
 * has.
 */
#include "policy/readiness.h"
#include "policy/trace.h"
#include "sys/errno_now.h"
#include "sys/real.h"

enum { MASK_BYTES = _NSIG / 8 }; /* of a signal set, to the kernel */

/*
 * per_ms of the units are a millisecond.  A part of one is one: what waits a little must not look
 * like what does not wait.  Nothing here says that these are numbers that the kernel accepts.
 */
static uint32_t in_ms(time_t s, uint64_t units, uint64_t per_ms)
{
	uint64_t ms = units / per_ms + (units % per_ms != 0);

	if (s < 0) /* the call fails */
		return 0;
	if (s >= UINT32_MAX / 1000 || ms >= UINT32_MAX - (uint64_t)s * 1000)
		return UINT32_MAX;
	return (uint32_t)((uint64_t)s * 1000 + ms);
}

static uint32_t timespec_ms(const struct timespec *t)
{
	return t ? in_ms(t->tv_sec, (uint64_t)t->tv_nsec, 1000000) : UINT32_MAX;
}

static uint32_t timeval_ms(const struct timeval *t)
{
	return t ? in_ms(t->tv_sec, (uint64_t)t->tv_usec, 1000) : UINT32_MAX;
}

/* Where ms < 0 is for ever. */
static uint32_t int_ms(int ms)
{
	return ms < 0 ? UINT32_MAX : (uint32_t)ms;
}

/* Did a call that ended so get as far as to wait?  Then the kernel has read all its arguments. */
static bool has_waited(int ret)
{
	return ret >= 0 || errno_now() == EINTR;
}

static struct trace begin(enum call_id call)
{
	return trace_start(call, -1, 0);
}

static int end(const struct trace *t, int ret, size_t asked, uint32_t ms)
{
	return (int)trace_waited(t, ret, asked, ms);
}

/* Who waits for a single descriptor waits for that connection. */
static ALWAYS_INLINE int end_poll(
	struct trace *t, int ret, const struct pollfd *fds, nfds_t n, uint32_t ms)
{
	if (n == 1 && has_waited(ret)) {
		t->fd = fds->fd;
		t->word = fdtab_load(t->fd);
		return end(t, readiness_polled(ret, fds, 1), 1, ms);
	}
	return end(t, readiness_polled(ret, fds, n), n, ms);
}

static NOINLINE int poll_traced(struct pollfd *fds, nfds_t n, int timeout)
{
	struct trace t = begin(CALL_poll);

	return end_poll(&t, real_poll(fds, n, timeout), fds, n, int_ms(timeout));
}

static NOINLINE int poll_several(struct pollfd *fds, nfds_t n, int timeout)
{
	return readiness_polled(real_poll(fds, n, timeout), fds, n);
}

EXPORT int poll(struct pollfd *fds, nfds_t n, int timeout)
{
	if (UNLIKELY(recorder_on))
		return poll_traced(fds, n, timeout);
	if (UNLIKELY(!real_poll))
		return (int)real_early(SYS_poll, (long)fds, (long)n, timeout, 0, 0, 0);
	if (n != 1)
		return poll_several(fds, n, timeout);
	return readiness_polled(real_poll(fds, 1, timeout), fds, 1);
}

EXPORT int __poll(struct pollfd *fds, nfds_t n, int timeout) __attribute__((alias("poll")));

static NOINLINE int poll_chk_traced(struct pollfd *fds, nfds_t n, int timeout, size_t len)
{
	struct trace t = begin(CALL_poll);

	return end_poll(&t, real___poll_chk(fds, n, timeout, len), fds, n, int_ms(timeout));
}

/* Where there is less room than descriptors, libc is to say so and end the program. */
static COLD int poll_chk_early(struct pollfd *fds, nfds_t n, int timeout, size_t len)
{
	if (n <= len / sizeof(*fds))
		return (int)real_early(SYS_poll, (long)fds, (long)n, timeout, 0, 0, 0);
	real_resolve();
	return real___poll_chk(fds, n, timeout, len);
}

EXPORT int __poll_chk(struct pollfd *fds, nfds_t n, int timeout, size_t len)
{
	if (UNLIKELY(recorder_on))
		return poll_chk_traced(fds, n, timeout, len);
	if (UNLIKELY(!real___poll_chk))
		return poll_chk_early(fds, n, timeout, len);
	return readiness_polled(real___poll_chk(fds, n, timeout, len), fds, n);
}

static NOINLINE int ppoll_traced(
	struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask)
{
	uint32_t ms = timespec_ms(timeout);
	struct trace t = begin(CALL_ppoll);

	return end_poll(&t, real_ppoll(fds, n, timeout, mask), fds, n, ms);
}

/* libc leaves the timeout alone; the system call writes to it what was left. */
static COLD int ppoll_early(
	struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask)
{
	struct timespec left = timeout ? *timeout : (struct timespec){0};

	return (int)real_early(SYS_ppoll, (long)fds, (long)n, timeout ? (long)&left : 0, (long)mask,
		MASK_BYTES, 0);
}

EXPORT int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask)
{
	if (UNLIKELY(recorder_on))
		return ppoll_traced(fds, n, timeout, mask);
	if (UNLIKELY(!real_ppoll))
		return ppoll_early(fds, n, timeout, mask);
	return readiness_polled(real_ppoll(fds, n, timeout, mask), fds, n);
}

static NOINLINE int ppoll_chk_traced(struct pollfd *fds, nfds_t n, const struct timespec *timeout,
	const sigset_t *mask, size_t len)
{
	uint32_t ms = timespec_ms(timeout);
	struct trace t = begin(CALL_ppoll);

	return end_poll(&t, real___ppoll_chk(fds, n, timeout, mask, len), fds, n, ms);
}

static COLD int ppoll_chk_early(struct pollfd *fds, nfds_t n, const struct timespec *timeout,
	const sigset_t *mask, size_t len)
{
	if (n <= len / sizeof(*fds))
		return ppoll_early(fds, n, timeout, mask);
	real_resolve();
	return real___ppoll_chk(fds, n, timeout, mask, len);
}

EXPORT int __ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *timeout,
	const sigset_t *mask, size_t len)
{
	if (UNLIKELY(recorder_on))
		return ppoll_chk_traced(fds, n, timeout, mask, len);
	if (UNLIKELY(!real___ppoll_chk))
		return ppoll_chk_early(fds, n, timeout, mask, len);
	return readiness_polled(real___ppoll_chk(fds, n, timeout, mask, len), fds, n);
}

/* The timeout is read before the call, which writes to it what was left. */
static NOINLINE int select_traced(
	int n, fd_set *in, fd_set *out, fd_set *except, struct timeval *timeout)
{
	uint32_t ms = timeval_ms(timeout);
	struct trace t = begin(CALL_select);

	return end(&t, real_select(n, in, out, except, timeout), (size_t)n, ms);
}

EXPORT int select(int n, fd_set *in, fd_set *out, fd_set *except, struct timeval *timeout)
{
	if (UNLIKELY(recorder_on))
		return select_traced(n, in, out, except, timeout);
	if (UNLIKELY(!real_select))
		return (int)real_early(
			SYS_select, n, (long)in, (long)out, (long)except, (long)timeout, 0);
	return real_select(n, in, out, except, timeout);
}

EXPORT int __select(int n, fd_set *in, fd_set *out, fd_set *except, struct timeval *timeout)
	__attribute__((alias("select")));

static NOINLINE int pselect_traced(int n, fd_set *in, fd_set *out, fd_set *except,
	const struct timespec *timeout, const sigset_t *mask)
{
	uint32_t ms = timespec_ms(timeout);
	struct trace t = begin(CALL_pselect);

	return end(&t, real_pselect(n, in, out, except, timeout, mask), (size_t)n, ms);
}

/* As of ppoll(); and a system call has six words, so that the last one stands for two. */
static COLD int pselect_early(int n, fd_set *in, fd_set *out, fd_set *except,
	const struct timespec *timeout, const sigset_t *mask)
{
	const struct {
		const sigset_t *mask;
		size_t bytes;
	} last = {mask, MASK_BYTES};
	struct timespec left = timeout ? *timeout : (struct timespec){0};

	return (int)real_early(SYS_pselect6, n, (long)in, (long)out, (long)except,
		timeout ? (long)&left : 0, (long)&last);
}

EXPORT int pselect(int n, fd_set *in, fd_set *out, fd_set *except, const struct timespec *timeout,
	const sigset_t *mask)
{
	if (UNLIKELY(recorder_on))
		return pselect_traced(n, in, out, except, timeout, mask);
	if (UNLIKELY(!real_pselect))
		return pselect_early(n, in, out, except, timeout, mask);
	return real_pselect(n, in, out, except, timeout, mask);
}

static int end_epoll(
	const struct trace *t, int ret, const struct epoll_event *events, int room, uint32_t ms)
{
	return end(t, readiness_epolled(ret, events), (size_t)room, ms);
}

static NOINLINE int epoll_wait_traced(int fd, struct epoll_event *events, int room, int timeout)
{
	struct trace t = trace_begin(CALL_epoll_wait, fd);
	int ret = real_epoll_wait(fd, events, room, timeout);

	return end_epoll(&t, ret, events, room, int_ms(timeout));
}

EXPORT int epoll_wait(int fd, struct epoll_event *events, int room, int timeout)
{
	if (UNLIKELY(recorder_on))
		return epoll_wait_traced(fd, events, room, timeout);
	if (UNLIKELY(!real_epoll_wait))
		return (int)real_early(SYS_epoll_wait, fd, (long)events, room, timeout, 0, 0);
	return readiness_epolled(real_epoll_wait(fd, events, room, timeout), events);
}

static NOINLINE int epoll_pwait_traced(
	int fd, struct epoll_event *events, int room, int timeout, const sigset_t *mask)
{
	struct trace t = trace_begin(CALL_epoll_pwait, fd);
	int ret = real_epoll_pwait(fd, events, room, timeout, mask);

	return end_epoll(&t, ret, events, room, int_ms(timeout));
}

EXPORT int epoll_pwait(
	int fd, struct epoll_event *events, int room, int timeout, const sigset_t *mask)
{
	if (UNLIKELY(recorder_on))
		return epoll_pwait_traced(fd, events, room, timeout, mask);
	if (UNLIKELY(!real_epoll_pwait))
		return (int)real_early(
			SYS_epoll_pwait, fd, (long)events, room, timeout, (long)mask, MASK_BYTES);
	return readiness_epolled(real_epoll_pwait(fd, events, room, timeout, mask), events);
}

/* This timeout libc hands to the kernel unread. */
static NOINLINE int epoll_pwait2_traced(int fd, struct epoll_event *events, int room,
	const struct timespec *timeout, const sigset_t *mask)
{
	struct trace t = trace_begin(CALL_epoll_pwait2, fd);
	int ret = real_epoll_pwait2(fd, events, room, timeout, mask);

	return end_epoll(
		&t, ret, events, room, has_waited(ret) ? timespec_ms(timeout) : UINT32_MAX);
}

EXPORT int epoll_pwait2(int fd, struct epoll_event *events, int room,
	const struct timespec *timeout, const sigset_t *mask)
{
	if (UNLIKELY(!real_epoll_pwait2))
		return (int)real_early(SYS_epoll_pwait2, fd, (long)events, room, (long)timeout,
			(long)mask, MASK_BYTES);
	if (UNLIKELY(recorder_on))
		return epoll_pwait2_traced(fd, events, room, timeout, mask);
	return readiness_epolled(real_epoll_pwait2(fd, events, room, timeout, mask), events);
}
