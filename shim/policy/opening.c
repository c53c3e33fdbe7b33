/* SPDX-License-Identifier: MIT */
/*
 * Three ways in: we see the socket made and follow it through connect() (or policy/listener.c);
 * we find it in use with no such history (inherited, received, made by a raw system call, a fork
 * child's); or it was FRESH and got connected where we could not see.  In each the rule is chosen,
 * the socket armed, and its address remembered, because a dead socket no longer tells it.
 */
#include "policy/opening.h"

#include <netinet/in.h>

#include "policy/arm.h"
#include "policy/conn.h"
#include "policy/report.h"
#include "policy/sigpipe.h"
#include "runtime/log.h"
#include "sys/copy.h"
#include "sys/tcpinfo.h"

static bool is_stream(int type)
{
	return (type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) == SOCK_STREAM;
}

static bool is_tcp(int domain, int protocol)
{
	return (domain == AF_INET || domain == AF_INET6) &&
	       (protocol == 0 || protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP);
}

uint32_t opening_option_flags(const struct conn *c, uint32_t flags)
{
	const struct config *config = conn_config(c);
	uint32_t deadline = config->recv_timeout_ms || config->send_timeout_ms ? FDTAB_DEADLINE : 0;

	if (flags & FDTAB_TCP)
		return deadline; /* the kernel counts its bytes */
	return deadline | (log_wants(LEVEL_CONN) ? FDTAB_COUNTED : 0);
}

fdtab_word opening_begin(uint32_t flags, enum conn_how how)
{
	fdtab_word w = connpool_take(flags);
	struct conn *c = connpool_get(w);

	sigpipe_stream_seen();
	if (c) {
		c->how = how;
		c->opened_ms = conn_now_ms();
	}
	return w;
}

COLD void opening_made(int fd, int domain, int type, int protocol)
{
	bool tcp = is_tcp(domain, protocol);
	KEEP_ERRNO;

	if (!fdtab_mine())
		return;
	if (!is_stream(type) || !(tcp || domain == AF_UNIX))
		conn_install(fd, FDTAB_PLAIN);
	else
		conn_install(fd,
			opening_begin(tcp ? FDTAB_TCP | FDTAB_FRESH : opening_option_flags(NULL, 0),
				CONN_SOCKET));
}

COLD void opening_paired(int fd, int domain, int type)
{
	KEEP_ERRNO;

	if (!fdtab_mine())
		return;
	if (is_stream(type) && domain == AF_UNIX)
		conn_install(fd, opening_begin(opening_option_flags(NULL, 0), CONN_PAIR));
	else
		conn_install(fd, FDTAB_PLAIN);
}

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
	case TCPINFO_CLOSE: return FDTAB_TCP | FDTAB_FRESH;
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

	adopt(fd, w);
	if (told && !(w & FDTAB_ODD) && info.state != TCPINFO_LISTEN)
		arm_found(fd, c);
	w |= opening_option_flags(c, fdtab_flags_of(w));
	conn_install(fd, w);
	if (c && c->peer.family)
		report_opened(fd, w);
	return w;
}

COLD fdtab_word opening_found(int fd)
{
	int domain, type, protocol;
	int rc = sockopt_get_int(fd, SOL_SOCKET, SO_DOMAIN, &domain);

	if (rc == -EBADF || !fdtab_mine())
		return FDTAB_UNKNOWN;
	if (!rc && !sockopt_get_int(fd, SOL_SOCKET, SO_TYPE, &type) &&
		!sockopt_get_int(fd, SOL_SOCKET, SO_PROTOCOL, &protocol) && is_stream(type) &&
		(domain == AF_UNIX || is_tcp(domain, protocol)))
		return found_stream(fd, domain != AF_UNIX);
	conn_install(fd, FDTAB_PLAIN);
	return FDTAB_PLAIN;
}

COLD fdtab_word opening_fresh(int fd, fdtab_word w)
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

/* The address a program connects to, as far as it can be read: family 0 where it is none of IP. */
static struct endpoint target(const struct sockaddr *addr, socklen_t len)
{
	struct sockaddr_in6 copy = {0};

	len = len < sizeof(copy) ? len : sizeof(copy);
	if (!addr || !copy_from_program(&copy, addr, len) ||
		(copy.sin6_family != AF_INET && copy.sin6_family != AF_INET6))
		return (struct endpoint){0};
	return endpoint_from((struct sockaddr *)&copy, len);
}

/* The peer is known from here on; an earlier attempt on the same socket is forgotten. */
static void begin_connect(int fd, fdtab_word w, struct endpoint peer)
{
	struct conn *c = connpool_get(w);

	if (!c)
		return;
	c->how = CONN_CONNECT;
	c->peer = peer;
	c->opened_ms = conn_now_ms();
	c->told = 0;
	conn_verified(fd, w);
	conn_choose_rule(c, -1);
	arm_connecting(fd, c);
}

COLD void opening_connecting(int fd, const struct sockaddr *addr, socklen_t len)
{
	fdtab_word w = fdtab_load(fd);
	struct endpoint peer;
	KEEP_ERRNO;

	if (fdtab_kind(w) == FDTAB_UNKNOWN)
		w = opening_found(fd);
	if (fdtab_kind(w) != FDTAB_STREAM || !(w & FDTAB_FRESH) || !fdtab_mine())
		return;
	peer = target(addr, len);
	if (!peer.family)
		return;
	begin_connect(fd, w, peer);
	fdtab_flags(fd, w, FDTAB_CONNECTING | opening_option_flags(connpool_get(w), FDTAB_TCP),
		FDTAB_FRESH);
}

/* The handshake is over: what holds from here on replaces what held for it. */
static void established(int fd, fdtab_word w)
{
	arm_connected(fd, connpool_get(w));
	fdtab_flags(fd, w, 0, FDTAB_CONNECTING);
	report_opened(fd, w);
}

COLD void opening_connected(int fd, int rc)
{
	fdtab_word w = fdtab_load(fd);
	struct conn *c = connpool_get(w);
	KEEP_ERRNO;

	if (fdtab_kind(w) == FDTAB_STREAM && !(w & FDTAB_TCP) && !rc && c && fdtab_mine()) {
		c->peer = endpoint_peer(fd);
		report_opened(fd, w);
	}
	if (!(w & FDTAB_CONNECTING) || !fdtab_mine())
		return;
	if (!rc || errno_kept == EISCONN) {
		if (!c || !arm_defers_syn(c)) /* else the handshake comes with the first byte */
			established(fd, w);
	} else if (errno_kept != EINPROGRESS && errno_kept != EALREADY && errno_kept != EINTR) {
		fdtab_flags(fd, w, FDTAB_FRESH, FDTAB_CONNECTING); /* it may be tried again */
	}
}

COLD void opening_settle(int fd, fdtab_word w)
{
	struct tcpinfo info;

	if (tcpinfo_read(fd, true, &info) || info.state == TCPINFO_SYN_SENT || !fdtab_mine() ||
		!conn_verified(fd, w))
		return;
	if (info.state == TCPINFO_CLOSE)
		fdtab_flags(fd, w, FDTAB_FRESH, FDTAB_CONNECTING);
	else
		established(fd, w);
}
