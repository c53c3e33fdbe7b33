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
#include "policy/call.h"
#include "policy/conn.h"
#include "policy/listener.h"
#include "policy/opening.h"
#include "policy/strict.h"
#include "sys/real.h"

/* What must be noted before the call.  True: strict mode began. */
static bool observe_before(long nr, const long *a)
{
	switch (nr) {
	case SYS_close: conn_closing((int)a[0]); break;
	case SYS_close_range:
		if (!a[2])
			conn_closing_range((unsigned)a[0], (unsigned)a[1]);
		break;
	case SYS_connect:
		opening_connecting((int)a[0], (const struct sockaddr *)a[1], (socklen_t)a[2]);
		break;
	case SYS_listen: listener_listening((int)a[0]); break;
	case SYS_seccomp:
		return (a[0] == SECCOMP_SET_MODE_FILTER || a[0] == SECCOMP_SET_MODE_STRICT) &&
		       strict_begin();
	case SYS_prctl: return a[0] == PR_SET_SECCOMP && strict_begin();
	}
	return false;
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
	long a[6], ret;
	bool strict;

	va_start(args, nr);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (UNLIKELY(!real_syscall))
		return real_early(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
	strict = observe_before(nr, a);
	ret = real_syscall(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
	strict_end(strict, ret < 0);
	if (nr == SYS_connect)
		call_connected((int)a[0], (int)ret);
	else if (ret >= 0)
		observe_after(nr, a, (int)ret);
	return ret;
}
