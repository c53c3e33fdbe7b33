/* SPDX-License-Identifier: MIT */
/*
 * syscall(): six words are forwarded untouched, whatever the number.  The few numbers that change
 * what we know of descriptors are observed, as libuv closes this way and libseccomp filters so.
 * Data calls are not: to the table they are as invisible as an inline system call.
 */
#include <linux/seccomp.h>
#include <stdarg.h>
#include <sys/socket.h>

#include "policy/arm.h"
#include "policy/result.h"
#include "policy/conn.h"
#include "policy/listener.h"
#include "policy/opening.h"
#include "policy/strict.h"
#include "sys/real.h"

/* What is known before the call and needed after it. */
struct before {
	bool strict;    /* strict mode began */
	bool listening; /* it became a listener */
	enum opening opening;
};

static struct before observe_before(long nr, const long *a)
{
	struct before b = {0};

	switch (nr) {
	case SYS_close: conn_closing((int)a[0]); break;
	case SYS_close_range:
		conn_closing_range((unsigned)a[0], (unsigned)a[1], (unsigned)a[2]);
		break;
	case SYS_connect:
		b.opening = opening_connecting(
			(int)a[0], (const struct sockaddr *)a[1], (socklen_t)a[2]);
		break;
	case SYS_listen: b.listening = listener_listening((int)a[0]); break;
	case SYS_seccomp:
		b.strict = (a[0] == SECCOMP_SET_MODE_FILTER || a[0] == SECCOMP_SET_MODE_STRICT) &&
			   strict_begin((const void *)a[2]);
		break;
	case SYS_mlockall: fdtab_trim((int)a[0]); break;
	case SYS_prctl:
		b.strict = a[0] == PR_SET_SECCOMP && strict_begin((const void *)a[2]);
		break;
	}
	return b;
}

/* seccomp(2) with TSYNC returns the number of a thread that would not follow. */
static bool filter_failed(long nr, const long *a, long ret)
{
	return ret < 0 || (nr == SYS_seccomp && ret > 0 && a[1] & SECCOMP_FILTER_FLAG_TSYNC &&
				  !(a[1] & SECCOMP_FILTER_FLAG_NEW_LISTENER));
}

/* What the call, having gone well, has changed. */
static void observe_after(long nr, const long *a, int ret)
{
	switch (nr) {
	case SYS_socket: opening_made(ret, (int)a[0], (int)a[1], (int)a[2]); break;
	case SYS_accept:
	case SYS_accept4: listener_accepted((int)a[0], ret, NULL, 0); break;
	case SYS_fcntl:
		if (a[1] == F_DUPFD || a[1] == F_DUPFD_CLOEXEC)
			conn_moved((int)a[0], ret);
		break;
	case SYS_dup:
	case SYS_dup2:
	case SYS_dup3: conn_moved((int)a[0], ret); break;
	case SYS_setsockopt:
		arm_chosen((int)a[0], fdtab_load((int)a[0]), (int)a[1], (int)a[2]);
		break;
	case SYS_shutdown: conn_shut((int)a[0], (int)a[1]); break;
	case SYS_recvmsg: conn_received((const struct msghdr *)a[1]); break;
	case SYS_pidfd_getfd: conn_closing(ret); break;
	}
}

EXPORT long syscall(long nr, ...)
{
	va_list args;
	struct before before;
	long a[6], ret;

	va_start(args, nr);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (UNLIKELY(!real_syscall))
		return real_early(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
	before = observe_before(nr, a);
	ret = real_syscall(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
	strict_end(before.strict, filter_failed(nr, a, ret));
	if (nr == SYS_connect)
		result_connected((int)a[0], (int)ret, before.opening);
	else if (ret >= 0)
		observe_after(nr, a, (int)ret);
	else if (before.listening)
		listener_failed((int)a[0]);
	return ret;
}
