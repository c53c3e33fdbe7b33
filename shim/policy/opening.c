/* SPDX-License-Identifier: MIT */
/*
 * From socket() to an established connection.  The rule is chosen as soon as the peer is known,
 * the socket armed before its handshake, and the address remembered, because a dead socket no
 * longer tells it.
 */
#include "policy/opening.h"

#include <errno.h>
#include <netinet/in.h>

#include "policy/arm.h"
#include "policy/conn.h"
#include "policy/failfast.h"
#include "policy/found.h"
#include "policy/report.h"
#include "policy/sentence.h"
#include "policy/sigpipe.h"
#include "policy/story.h"
#include "policy/strict.h"
#include "runtime/log.h"
#include "runtime/recorder.h"
#include "sys/copy.h"
#include "sys/tcpinfo.h"

bool opening_is_stream(int type)
{
	return (type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) == SOCK_STREAM;
}

bool opening_is_tcp(int domain, int protocol)
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

fdtab_word opening_other(int domain, enum conn_how how)
{
	fdtab_word w;
	struct conn *c;

	if (!recorder_on || !(domain == AF_INET || domain == AF_INET6 || domain == AF_UNIX))
		return FDTAB_PLAIN;
	w = connpool_take(0);
	c = connpool_get(w);
	if (c) {
		c->how = how;
		c->opened_ms = conn_now_ms();
	}
	return (w & ~(fdtab_word)FDTAB_KIND_MASK) | FDTAB_OTHER;
}

COLD void opening_made(int fd, int domain, int type, int protocol)
{
	bool tcp = opening_is_tcp(domain, protocol);
	KEEP_ERRNO;

	if (!fdtab_mine())
		return;
	strict_network_seen();
	if (!opening_is_stream(type) || !(tcp || domain == AF_UNIX))
		conn_install(fd, opening_other(domain, CONN_SOCKET));
	else
		conn_install(fd,
			opening_begin(tcp ? FDTAB_TCP | FDTAB_FRESH : opening_option_flags(NULL, 0),
				CONN_SOCKET));
}

COLD void opening_paired(int fd, int domain, int type)
{
	fdtab_word w;
	KEEP_ERRNO;

	if (!fdtab_mine())
		return;
	strict_network_seen();
	if (!opening_is_stream(type) || domain != AF_UNIX) {
		conn_install(fd, opening_other(domain, CONN_PAIR));
		return;
	}
	w = opening_begin(opening_option_flags(NULL, 0), CONN_PAIR);
	conn_verified(fd, w);
	conn_install(fd, w);
	story_opened(fd, w);
}

/* The address a program connects to.  False where it cannot be read or is none of IP or UNSPEC. */
static bool read_target(const struct sockaddr *addr, socklen_t len, struct sockaddr_in6 *to)
{
	len = len < sizeof(*to) ? len : sizeof(*to);
	return addr && copy_from_program(to, addr, len) &&
	       (to->sin6_family == AF_INET || to->sin6_family == AF_INET6 ||
		       to->sin6_family == AF_UNSPEC);
}

/* The socket begins anew. */
static void forget_story(int fd, fdtab_word w)
{
	struct conn *c = connpool_get(w);

	failfast_pardon(fd, w);
	if (!c || c->how == CONN_CONNECT) /* else this is its first */
		sentence_lift(fd);
	if (!c)
		return;
	c->ready = 0;
	if (c->watched) /* it stays in its set, and what was told there is of before */
		connpool_watch(c);
	c->told = c->closed_by = c->shut_write = c->shut_read = c->fin_seen = 0;
}

/* The peer is known from here on; what was told of an earlier one is forgotten. */
static void begin_connect(int fd, fdtab_word w, const struct sockaddr_in6 *peer)
{
	struct conn *c = connpool_get(w);

	forget_story(fd, w);
	if (c) {
		c->how = CONN_CONNECT;
		c->peer = endpoint_from((const struct sockaddr *)peer, sizeof(*peer));
		c->opened_ms = conn_now_ms();
		conn_verified(fd, w);
		conn_choose_rule(c, -1);
	}
	arm_connecting(fd, c);
	fdtab_flags(fd, w, FDTAB_CONNECTING | opening_option_flags(c, FDTAB_TCP), FDTAB_FRESH);
}

COLD enum opening opening_connecting(int fd, const struct sockaddr *addr, socklen_t len)
{
	fdtab_word w = fdtab_load(fd);
	struct sockaddr_in6 peer = {0};
	KEEP_ERRNO;

	if (fdtab_kind(w) != FDTAB_OUTSIDE)
		strict_network_seen();
	if (fdtab_kind(w) == FDTAB_UNKNOWN)
		w = found_descriptor(fd);
	if (!(w & FDTAB_TCP) || !read_target(addr, len, &peer) || !fdtab_mine())
		return OPENING_CONNECTS;
	if (peer.sin6_family == AF_UNSPEC)
		return len < sizeof(peer.sin6_family) ? OPENING_CONNECTS : OPENING_DISSOLVES;
	if (w & FDTAB_FRESH)
		begin_connect(fd, w, &peer);
	return OPENING_CONNECTS;
}

COLD void opening_dissolving(int fd)
{
	report_closed(fd, fdtab_load(fd));
}

/* The socket is as if just made, and may be connected elsewhere. */
static void dissolved(int fd, fdtab_word w)
{
	forget_story(fd, w);
	fdtab_flags(fd, w, FDTAB_FRESH, FDTAB_CONNECTING);
}

/* What was told as closed is not: the kernel refuses while other threads wait on it (Linux 6.4). */
static void still_there(int fd, fdtab_word w)
{
	struct conn *c = connpool_get(w);

	if (c && atomic_fetch_and(&c->told, (uint8_t)~TOLD_OPEN) & TOLD_OPEN)
		report_opened(fd, w);
}

/* The handshake is over: what holds from here on replaces what held for it. */
static void established(int fd, fdtab_word w)
{
	struct conn *c = connpool_get(w);

	if (c && !c->peer.family) /* found in the middle of its handshake */
		c->peer = endpoint_peer(fd);
	arm_connected(fd, connpool_get(w));
	fdtab_flags(fd, w, 0, FDTAB_CONNECTING);
	report_opened(fd, w);
}

static void local_connected(int fd, fdtab_word w)
{
	struct conn *c = connpool_get(w);

	if (!c)
		return;
	c->how = CONN_CONNECT;
	c->peer = endpoint_peer(fd);
	conn_verified(fd, w);
	report_opened(fd, w);
}

/* Is a connect() that ended so still under way? */
static bool goes_on(int err)
{
	return err == EINPROGRESS || err == EALREADY || err == EINTR;
}

COLD void opening_connected(int fd, int rc, enum opening what)
{
	fdtab_word w = fdtab_load(fd);
	struct conn *c = connpool_get(w);
	KEEP_ERRNO;

	if (!fdtab_is_socket(w) || !fdtab_mine())
		return;
	if (fdtab_kind(w) == FDTAB_OTHER && !rc)
		story_opened(fd, w);
	if (fdtab_kind(w) == FDTAB_OTHER)
		return;
	if (what == OPENING_DISSOLVES && !rc)
		dissolved(fd, w);
	else if (what == OPENING_DISSOLVES)
		still_there(fd, w);
	else if (!(w & FDTAB_TCP) && !rc)
		local_connected(fd, w);
	else if (!(w & FDTAB_CONNECTING) || (rc && goes_on(errno_kept)))
		return;
	else if (rc && errno_kept != EISCONN)
		fdtab_flags(fd, w, FDTAB_FRESH, FDTAB_CONNECTING); /* it may be tried again */
	else if (!c || !arm_defers_syn(c)) /* else the handshake comes with the first byte */
		established(fd, w);
}

COLD void opening_settle(int fd, fdtab_word w)
{
	struct tcpinfo info;

	if (tcpinfo_read(fd, true, &info) || info.state == TCPINFO_SYN_SENT || !fdtab_mine() ||
		(fdtab_conn(w) && !conn_verified(fd, w)))
		return;
	/* A round trip was measured: it was connected, whatever has become of it since. */
	if (info.state == TCPINFO_CLOSE && !info.rtt_us)
		fdtab_flags(fd, w, FDTAB_FRESH, FDTAB_CONNECTING);
	else
		established(fd, w);
}
