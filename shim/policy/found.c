/* SPDX-License-Identifier: MIT */
/*
 * Descriptors whose history we do not know: inherited over exec or by a fork child, received by
 * SCM_RIGHTS, made by a raw system call.  They are looked at once, at their first use.
 */
#include "policy/found.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "policy/arm.h"
#include "policy/conn.h"
#include "policy/opening.h"
#include "policy/report.h"
#include "policy/strict.h"
#include "sys/raw.h"
#include "sys/tcpinfo.h"

/* Connected since before we looked: its peer, its rule, its options. */
static void adopt(int fd, fdtab_word w)
{
	struct conn *c = connpool_get(w);

	if (!c)
		return;
	c->peer = endpoint_peer(fd);
	if (!c->peer.family)
		return;
	conn_verified(fd, w);
	conn_choose_rule(c, -1);
	if (!c->rule && w & FDTAB_TCP)
		conn_choose_rule(c, endpoint_local(fd).port);
}

/* The flags of a TCP socket that we did not see made, by its state. */
static uint32_t flags_by_state(const struct tcpinfo *info)
{
	switch (info->state) {
	case TCPINFO_SYN_SENT: return FDTAB_TCP | FDTAB_CONNECTING;
	case TCPINFO_CLOSE: /* a dead one has heard of its peer, a new one has not */
		return info->segs_in ? FDTAB_TCP : FDTAB_TCP | FDTAB_FRESH;
	default: return FDTAB_TCP;
	}
}

static fdtab_word found_stream(int fd, bool tcp)
{
	struct tcpinfo info = {0};
	bool told = tcp && !tcpinfo_read(fd, false, &info);
	fdtab_word w = opening_begin(told  ? flags_by_state(&info)
				     : tcp ? FDTAB_TCP
					   : 0,
		CONN_INHERITED);
	struct conn *c = connpool_get(w);

	if (c)
		c->unseen = 1;
	adopt(fd, w);
	if (told && !(w & FDTAB_ODD) && info.state != TCPINFO_LISTEN && info.state != TCPINFO_CLOSE)
		arm_all(fd, c);
	w |= opening_option_flags(c, fdtab_flags_of(w));
	if (!fdtab_claim(fd, w)) { /* another thread has just found it, or it is new again */
		if (connpool_drop(w))
			connpool_free(w);
		return fdtab_load(fd);
	}
	if (c && c->peer.family)
		report_opened(fd, w);
	return w;
}

/* By the call that the loader itself makes: a filter that allows no socket calls allows this. */
static bool is_socket(int fd, bool *closed)
{
	struct stat st;
	long rc = raw6(SYS_newfstatat, fd, (long)"", (long)&st, AT_EMPTY_PATH, 0, 0);

	*closed = rc == -EBADF;
	return !rc && S_ISSOCK(st.st_mode);
}

/* Is fd a stream socket of our kind?  *tcp: of which. */
static bool is_ours(int fd, bool *tcp)
{
	int domain, type, protocol;

	if (sockopt_get_int(fd, SOL_SOCKET, SO_DOMAIN, &domain) ||
		sockopt_get_int(fd, SOL_SOCKET, SO_TYPE, &type) ||
		sockopt_get_int(fd, SOL_SOCKET, SO_PROTOCOL, &protocol))
		return false;
	*tcp = opening_is_tcp(domain, protocol);
	return opening_is_stream(type) && (*tcp || domain == AF_UNIX);
}

COLD fdtab_word found_descriptor(int fd)
{
	bool closed, tcp;

	if (!strict_may_ask() || !fdtab_mine())
		return FDTAB_UNKNOWN;
	if (is_socket(fd, &closed)) {
		if (is_ours(fd, &tcp))
			return found_stream(fd, tcp);
	} else if (closed) {
		return FDTAB_UNKNOWN;
	}
	return fdtab_claim(fd, FDTAB_PLAIN) ? FDTAB_PLAIN : fdtab_load(fd);
}

COLD fdtab_word found_connected(int fd, fdtab_word w)
{
	struct tcpinfo info;
	struct conn *c = connpool_get(w);

	if (tcpinfo_read(fd, false, &info) || info.state == TCPINFO_CLOSE || !fdtab_mine())
		return w; /* still not connected, or not ours to change */
	adopt(fd, w);
	arm_all(fd, c);
	fdtab_flags(fd, w, opening_option_flags(c, FDTAB_TCP), FDTAB_FRESH);
	report_opened(fd, w);
	return fdtab_load(fd);
}
