/* SPDX-License-Identifier: MIT */
/*
 * The pending error itself is the program's, and is not read; poll(2) shows that there is one and
 * does not take it (KERNEL.md 1).  Which one is inferred from what stays in TCP_INFO in state
 * CLOSE.  Measured, Linux 6.18:
 *
 *                                   probes  retransmits  last_ack_recv
 *   keepalive, 3 probes             3       0            the timers' limit
 *   TCP_USER_TIMEOUT, idle          >= 1    0            >= TCP_USER_TIMEOUT
 *   retransmission                  0       15           >= the timers' limit
 *   the same by TCP_USER_TIMEOUT    0       4            >= TCP_USER_TIMEOUT
 *   ICMP unreachable, then either   0       8            as that
 *   window probes                   15, 2   0            as both
 *   reset, at any time              0       0            any
 *   reset that answers a probe      1..3    0            < the timers' limit
 *   reset amid retransmissions      0       5            < the timers' limit
 *
 * So an unanswered count tells a timer from a reset, but for a reset late in a silence: there the
 * time does, if the program closes at once, as those do that wait.  What cannot be told: an ICMP
 * error in ETIMEDOUT's place is a timeout here, an abort from outside (ss -K) a reset.
 */
#include "policy/readiness.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "policy/arm.h"
#include "policy/conn.h"
#include "policy/failfast.h"
#include "policy/found.h"
#include "policy/opening.h"
#include "policy/own.h"
#include "sys/raw.h"
#include "sys/tcpinfo.h"

#define RTO_MAX_MS_OPTION 44 /* TCP_RTO_MAX_MS, Linux 6.15; Debian 12 headers lack it */

enum { TICK_MS = 10 }; /* what a coarse clock may lag */

/* ERR without HUP is no end: a notification waits in the error queue, or a handshake goes on. */
static void met(const struct pollfd *p)
{
	fdtab_word w = found_word(p->fd);
	struct conn *c = fdtab_kind(w) == FDTAB_STREAM ? connpool_get(w) : NULL;

	if (c && !atomic_load(&c->ready) && (p->revents & POLLHUP || w & FDTAB_CONNECTING) &&
		fdtab_mine() && conn_verified(p->fd, w))
		atomic_store(&c->ready, METHOD_POLL);
}

COLD int readiness_poll_error(int ret, const struct pollfd *fds, nfds_t n)
{
	for (nfds_t i = 0; i < n; i++)
		if (fds[i].revents & POLLERR)
			met(&fds[i]);
	return ret;
}

/* The set may be a vfork child's: of what is told there nothing is noted. */
COLD void readiness_watched(int fd)
{
	fdtab_word w;
	struct conn *c;
	KEEP_ERRNO;

	w = found_word(fd);
	c = fdtab_kind(w) == FDTAB_STREAM ? connpool_get(w) : NULL;
	if (c && !atomic_load(&c->watched))
		connpool_watch(c);
}

/*
 * An event carries the program's own data: of which connection it speaks, if of any, is not known.
 * It may be each that was in a set by then.
 */
COLD int readiness_epoll_error(int ret)
{
	if (fdtab_limit)
		connpool_note_error();
	return ret;
}

int readiness_connect_errno(const struct tcpinfo *i, uint64_t age_ms, int limit_ms)
{
	if (i->segs_in)
		return ECONNREFUSED;
	return i->retransmits && age_ms + TICK_MS >= (uint64_t)limit_ms ? ETIMEDOUT : EHOSTUNREACH;
}

int readiness_data_errno(const struct tcpinfo *i, int limit_ms)
{
	uint32_t silent = i->last_ack_recv_ms < i->last_data_recv_ms ? i->last_ack_recv_ms
								     : i->last_data_recv_ms;

	if ((i->probes || i->retransmits) && limit_ms > 0 && silent >= (uint32_t)limit_ms)
		return ETIMEDOUT;
	return ECONNRESET;
}

static int asked(int fd, int name)
{
	int value;

	return sockopt_get_int(fd, IPPROTO_TCP, name, &value) ? 0 : value;
}

struct derive_plan readiness_plan(int fd)
{
	return (struct derive_plan){
		.keepalive = true,
		.idle_s = asked(fd, TCP_KEEPIDLE),
		.interval_s = asked(fd, TCP_KEEPINTVL),
		.count = asked(fd, TCP_KEEPCNT),
		.rto_max_ms = asked(fd, RTO_MAX_MS_OPTION),
		.user_timeout_ms = asked(fd, TCP_USER_TIMEOUT),
		.connect_timeout_ms = asked(fd, TCP_USER_TIMEOUT),
		.syn_count = asked(fd, TCP_SYNCNT),
	};
}

static int data_errno(int fd, const struct conn *c, const struct tcpinfo *i)
{
	struct derive_plan p = readiness_plan(fd);
	struct derive_bounds b = derive_bounds(&p, arm_kernel(fd));
	bool outstanding = i->unacked_bytes || i->notsent_bytes;
	int err = readiness_data_errno(i, p.user_timeout_ms ? p.user_timeout_ms
					  : outstanding     ? b.in_flight_ms
							    : b.idle_ms);

	/* The kernel says EPIPE where the peer's FIN came first. */
	return err == ECONNRESET && atomic_load(&c->told) & TOLD_EOF ? EPIPE : err;
}

static int connect_errno(int fd, const struct conn *c, const struct tcpinfo *i)
{
	struct derive_plan p = readiness_plan(fd);
	struct derive_bounds b = derive_bounds(&p, arm_kernel(fd));

	return readiness_connect_errno(i, conn_now_ms() - c->opened_ms, b.connect_ms);
}

/* Notifications in the error queue are ERR too, and may have outlived an orderly end. */
static bool has_notifications(int fd)
{
	int zerocopy, stamps;

	return sockopt_get_int(fd, SOL_SOCKET, SO_ZEROCOPY, &zerocopy) || zerocopy ||
	       sockopt_get_int(fd, SOL_SOCKET, SO_TIMESTAMPING, &stamps) || stamps;
}

static bool error_pends(int fd)
{
	struct pollfd p = {.fd = fd};

	return raw3(SYS_poll, (long)&p, 1, 0) == 1 && p.revents & POLLERR;
}

/* Where the peer's FIN comes before its reset, the error waits behind the end of stream. */
COLD int readiness_taken(int fd, const struct conn *c)
{
	struct tcpinfo info;

	if (c->fin_seen || c->shut_write || tcpinfo_read(fd, conn_opened(c), &info) ||
		info.state != TCPINFO_CLOSE || info.fin_acked || own_anew(&info) || error_pends(fd))
		return 0; /* fin_acked: another process has shut down our sending */
	return data_errno(fd, c, &info);
}

static void tcp_ended(int fd, fdtab_word w, struct conn *c, enum method seen)
{
	struct tcpinfo info;
	bool connecting;

	if (tcpinfo_read(fd, conn_opened(c), &info) || has_notifications(fd))
		return;
	connecting = (w & FDTAB_CONNECTING || c->unseen) && !info.rtt_us;
	if (connecting && c->shut_write) /* that ends a handshake with ECONNRESET */
		return;
	if (w & FDTAB_CONNECTING)
		opening_settle(fd, w);
	if (connecting)
		failfast_error(fd, w, connect_errno(fd, c, &info), PHASE_CONNECTING, seen);
	else if (info.state == TCPINFO_CLOSE)
		failfast_error(fd, w, data_errno(fd, c, &info), PHASE_DATA, seen);
}

/*
 * By which wait the program may know; METHOD_RESULT, the first, where by none.  An error after an
 * end of stream that was read answers our last words, a close_notify above all: where only epoll
 * may have told of it, of this connection or another, it is not held against the peer.
 */
static enum method seen_by(struct conn *c)
{
	enum method seen = atomic_load(&c->ready);
	bool ended = atomic_load(&c->told) & TOLD_EOF;

	return seen || ended || !connpool_error_noted(c) ? seen : METHOD_EPOLL;
}

COLD void readiness_closing(int fd, fdtab_word w)
{
	struct conn *c = connpool_get(w);
	enum method seen;

	/* A FRESH one may have been dissolved by connect(AF_UNSPEC), which leaves ECONNRESET. */
	if (!c || fd < 0 || fdtab_kind(w) != FDTAB_STREAM || w & FDTAB_FRESH)
		return;
	seen = seen_by(c);
	if (seen == METHOD_RESULT || atomic_load(&c->told) & TOLD_DEATH || !fdtab_mine() ||
		!error_pends(fd))
		return;
	if (w & FDTAB_TCP)
		tcp_ended(fd, w, c, seen);
	else
		failfast_error(fd, w, ECONNRESET, PHASE_DATA, seen);
}

COLD void readiness_replacing(int from, int to)
{
	fdtab_word w = fdtab_load(to);
	struct conn *c = fdtab_kind(w) == FDTAB_STREAM ? connpool_get(w) : NULL;
	KEEP_ERRNO;

	if (c && from != to && atomic_load(&c->holders) == 1)
		readiness_closing(to, w);
}
