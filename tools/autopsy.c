/* SPDX-License-Identifier: MIT */
/* See autopsy.h.  What the program did itself is no death: an orderly end, connect(AF_UNSPEC). */
#include "autopsy.h"

#include <errno.h>

#include "policy/arm.h"
#include "policy/derive.h"
#include "policy/own.h"
#include "policy/readiness.h"
#include "util.h"

enum { TICKS_MS = 50 }; /* by which the kernel's timers and its ages may differ */

static bool is_outstanding(const struct tcpinfo *i)
{
	return i->unacked_bytes || i->notsent_bytes;
}

static int limit_of(const struct derive_plan *p, const struct tcpinfo *i)
{
	struct derive_bounds b = derive_bounds(p, arm_kernel(-1));

	if (p->user_timeout_ms)
		return p->user_timeout_ms;
	return is_outstanding(i) ? b.in_flight_ms : b.idle_ms;
}

/* The program still has it; 0: this is no death. */
static int errno_of_open(const struct watched *w, int fd, struct tcpinfo *i)
{
	const struct tcpinfo *before = &w->socket.info;
	struct derive_plan p;
	int err;

	if (tcpinfo_read(fd, w->opened, i) || i->state != TCPINFO_CLOSE || i->fin_acked ||
		own_anew(i))
		return 0;
	p = readiness_plan(fd);
	err = readiness_data_errno(i, limit_of(&p, i));
	/* The kernel says so where the peer's FIN came first. */
	return err == ECONNRESET && before->state == TCPINFO_CLOSE_WAIT ? EPIPE : err;
}

/* It has closed it, or ended. */
static int errno_of_closed(const struct watched *w, int64_t now_ms)
{
	const struct tcpinfo *i = &w->socket.info;
	uint32_t silent = i->last_ack_recv_ms < i->last_data_recv_ms ? i->last_ack_recv_ms
								     : i->last_data_recv_ms;
	struct derive_plan p;
	int limit;

	if (w->judgement.state != JUDGE_SUSPECT)
		return 0;
	p = derive(watched_config(w), arm_kernel(-1));
	limit = limit_of(&p, i);
	return limit > 0 && silent + (now_ms - w->judge.sampled_ms) + TICKS_MS >= limit ? ETIMEDOUT
											: 0;
}

static bool was_connected(const struct watched *w)
{
	return w->socket.info.state != TCPINFO_SYN_SENT && w->socket.info.state != TCPINFO_SYN_RECV;
}

bool autopsy(const struct watched *w, const struct member *m, int64_t now_ms, struct verdict *v)
{
	struct tcpinfo info = w->socket.info;
	cleanup_fd int fd = -1;
	int err;

	if (w->ended || w->socket.mptcp || !was_connected(w))
		return false;
	fd = tend_grab(w, m);
	err = fd < 0 ? errno_of_closed(w, now_ms) : errno_of_open(w, fd, &info);
	if (!err)
		return false;
	*v = verdict_of_error(err, PHASE_DATA, METHOD_RESULT, &info);
	return v->death;
}
