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

enum { LOW_NUMBERS = 64 };

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

/*
 * Who called connect(), by an info that supposes it was the peer.  As long as our FIN has not gone
 * out, a byte acknowledged that was not sent is our SYN; where all that was sent is acknowledged,
 * none means that we sent no SYN.
 */
static enum conn_side opener(const struct tcpinfo *info)
{
	if (info->state == TCPINFO_SYN_SENT)
		return SIDE_US;
	if (info->state != TCPINFO_ESTABLISHED && info->state != TCPINFO_CLOSE_WAIT)
		return SIDE_NONE;
	if (info->fin_acked)
		return SIDE_US;
	return info->unacked_segments ? SIDE_NONE : SIDE_PEER;
}

/* w in its place, or what another thread has just found there, or what is new again. */
static fdtab_word claimed(int fd, fdtab_word w)
{
	if (fdtab_claim(fd, w))
		return w;
	if (connpool_drop(w))
		connpool_free(w);
	return fdtab_load(fd);
}

/*
 * The word of a connection that we know by another number, held once more; else UNKNOWN.  inetd
 * hands over one as stdin and stdout.  Low numbers are where such are, and a look at all would take
 * the longer the more there are.  Whose cookie it has is the same socket, whatever became of the
 * number that we knew it by.
 */
static fdtab_word known_elsewhere(int fd)
{
	uint64_t cookie = 0;

	for (int other = 0; other < LOW_NUMBERS; other++) {
		fdtab_word w = fdtab_load(other);
		struct conn *c = fdtab_kind(w) == FDTAB_STREAM ? connpool_get(w) : NULL;

		if (!c || !c->cookie || other == fd)
			continue;
		cookie = cookie ? cookie : sockopt_cookie(fd);
		if (c->cookie == cookie && connpool_hold(w))
			return w;
	}
	return FDTAB_UNKNOWN;
}

static fdtab_word found_anew(int fd, bool tcp)
{
	struct tcpinfo info = {0};
	bool told = tcp && !tcpinfo_read(fd, false, &info);
	fdtab_word w = opening_begin(told  ? flags_by_state(&info)
				     : tcp ? FDTAB_TCP
					   : 0,
		CONN_INHERITED);
	struct conn *c = connpool_get(w);

	if (c) {
		c->unseen = 1;
		c->opener = told ? opener(&info) : SIDE_NONE;
		if (!tcp && endpoint_is_pair(fd))
			c->how = CONN_PAIR;
	}
	adopt(fd, w);
	if (told && !(w & FDTAB_ODD) && info.state != TCPINFO_LISTEN && info.state != TCPINFO_CLOSE)
		arm_all(fd, c);
	w |= opening_option_flags(c, fdtab_flags_of(w));
	if (claimed(fd, w) == w && c && c->peer.family)
		report_opened(fd, w);
	return fdtab_load(fd);
}

static fdtab_word found_stream(int fd, bool tcp)
{
	fdtab_word w = known_elsewhere(fd);

	return w ? claimed(fd, w) : found_anew(fd, tcp);
}

/* By the call that the loader itself makes: a filter that allows no socket calls allows this. */
static bool is_socket(int fd, bool *closed)
{
	struct stat st;
	long rc = raw6(SYS_newfstatat, fd, (long)"", (long)&st, AT_EMPTY_PATH, 0, 0);

	*closed = rc == -EBADF;
	return !rc && S_ISSOCK(st.st_mode);
}

/* A socket: a stream of our kind, or another. */
static fdtab_word found_socket(int fd)
{
	int domain, type, protocol;
	fdtab_word w = FDTAB_PLAIN;
	bool tcp;

	if (!sockopt_get_int(fd, SOL_SOCKET, SO_DOMAIN, &domain) &&
		!sockopt_get_int(fd, SOL_SOCKET, SO_TYPE, &type) &&
		!sockopt_get_int(fd, SOL_SOCKET, SO_PROTOCOL, &protocol)) {
		tcp = opening_is_tcp(domain, protocol);
		if (opening_is_stream(type) && (tcp || domain == AF_UNIX))
			return found_stream(fd, tcp);
		w = opening_other(domain, CONN_INHERITED);
	}
	return claimed(fd, w);
}

COLD fdtab_word found_descriptor(int fd)
{
	bool closed;

	if (!strict_may_ask() || !fdtab_mine())
		return FDTAB_UNKNOWN;
	if (is_socket(fd, &closed))
		return found_socket(fd);
	return closed ? FDTAB_UNKNOWN : claimed(fd, FDTAB_PLAIN);
}

COLD fdtab_word found_connected(int fd, fdtab_word w)
{
	struct tcpinfo info;
	struct conn *c = connpool_get(w);

	if (tcpinfo_read(fd, false, &info) || info.state == TCPINFO_CLOSE || !fdtab_mine())
		return w; /* still not connected, or not ours to change */
	if (c)            /* by a call that we did not see */
		c->opener = SIDE_US;
	adopt(fd, w);
	arm_all(fd, c);
	fdtab_flags(fd, w, opening_option_flags(c, FDTAB_TCP), FDTAB_FRESH);
	report_opened(fd, w);
	return fdtab_load(fd);
}
