/* SPDX-License-Identifier: MIT */
/*
 * Descriptors come and go; a connection lasts as long as one of them refers to it.  What a vfork
 * child does to its own descriptors is none of its parent's: every change of a STREAM word asks
 * fdtab_mine() first.  PLAIN to UNKNOWN is harmless in either process and asks nothing.
 */
#include "policy/conn.h"

#include <linux/close_range.h>
#include <time.h>

#include "policy/found.h"
#include "policy/readiness.h"
#include "policy/report.h"
#include "runtime/process.h"

const struct config *conn_config(const struct conn *c)
{
	return c && c->rule ? &process_settings.rule[c->rule - 1].config : &process_settings.base;
}

void conn_choose_rule(struct conn *c, int listen_port)
{
	const struct rule *r =
		rules_match(&process_settings, c->peer.family ? &c->peer : NULL, listen_port);

	c->rule = r ? (uint16_t)(r - process_settings.rule + 1) : 0;
}

bool conn_verified(int fd, fdtab_word w)
{
	struct conn *c = connpool_get(w);
	uint64_t cookie = sockopt_cookie(fd);

	if (!c || !cookie)
		return false;
	if (!c->cookie)
		c->cookie = cookie;
	return c->cookie == cookie;
}

bool conn_still(int fd, fdtab_word w)
{
	if (conn_verified(fd, w))
		return true;
	if (fdtab_load(fd) == w) /* the number changed hands where we could not see it */
		conn_closing(fd);
	return false;
}

bool conn_opened(const struct conn *c)
{
	return c && (c->how == CONN_CONNECT || c->opener == SIDE_US);
}

uint64_t conn_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void conn_install(int fd, fdtab_word w)
{
	fdtab_word old = fdtab_exchange(fd, w);

	if (fdtab_kind(old) == FDTAB_OUTSIDE) /* a number beyond the table: not tracked */
		old = w;
	if (connpool_drop(old))
		connpool_free(old);
}

static void release(int fd, fdtab_word old)
{
	if (!connpool_drop(old))
		return;
	readiness_closing(fd, old);
	report_closed(fd, old);
	connpool_free(old);
}

COLD void conn_moved(int from, int to)
{
	fdtab_word w = fdtab_load(from), old = fdtab_load(to);
	KEEP_ERRNO;

	if (from == to || fdtab_kind(old) == FDTAB_OUTSIDE)
		return;
	if (!fdtab_is_socket(w) && !fdtab_is_socket(old)) {
		fdtab_forget(to, FDTAB_PLAIN);
		return;
	}
	if (!fdtab_mine())
		return;
	if (!fdtab_is_socket(w) || (fdtab_conn(w) && !connpool_hold(w)))
		w = FDTAB_UNKNOWN;
	release(-1, fdtab_exchange(to, w));
}

COLD static void socket_closing(int fd)
{
	KEEP_ERRNO;

	if (fdtab_mine())
		release(fd, fdtab_exchange(fd, FDTAB_UNKNOWN));
}

void conn_closing(int fd)
{
	fdtab_word w = fdtab_load(fd);

	if (fdtab_kind(w) == FDTAB_PLAIN)
		fdtab_forget(fd, w);
	else if (fdtab_is_socket(w))
		socket_closing(fd);
}

COLD void conn_closing_range(unsigned first, unsigned last, unsigned flags)
{
	unsigned top = fdtab_top();

	if (flags & ~CLOSE_RANGE_UNSHARE)
		return;
	for (unsigned fd = first; fd < top && fd <= last; fd++)
		conn_closing((int)fd);
}

COLD void conn_received(const struct msghdr *msg)
{
	KEEP_ERRNO;

	for (struct cmsghdr *m = CMSG_FIRSTHDR(msg); m; m = CMSG_NXTHDR((struct msghdr *)msg, m)) {
		const int *fd = (const int *)CMSG_DATA(m);

		if (m->cmsg_level != SOL_SOCKET || m->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t n = (m->cmsg_len - CMSG_LEN(0)) / sizeof(*fd); n; n--, fd++)
			conn_closing(*fd); /* the number is new; what we knew of it is stale */
	}
}

COLD void conn_shut(int fd, int how)
{
	fdtab_word w = found_word(fd);
	struct conn *c;
	KEEP_ERRNO;

	c = connpool_get(w);
	if (!c || !fdtab_mine())
		return;
	if (how != SHUT_WR)
		c->shut_read = 1;
	if (how == SHUT_RD)
		return;
	c->shut_write = 1;
	if (c->closed_by == SIDE_NONE)
		c->closed_by = SIDE_US;
}
