/* SPDX-License-Identifier: MIT */
/*
 * Judging and acting.  Before the socket is asked or touched, its cookie is compared: the number
 * may belong to another connection by now.
 */
#include "policy/failfast.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "policy/conn.h"
#include "policy/report.h"
#include "sys/raw.h"
#include "sys/tcpinfo.h"

/* First of its kind on this connection?  Without a story every one is. */
static bool first(struct conn *c, uint8_t bit)
{
	return !c || !(atomic_fetch_or(&c->told, bit) & bit);
}

COLD void failfast_condemn(fdtab_word w, int err)
{
	struct conn *c = connpool_get(w);

	if (!c || !fdtab_mine())
		return;
	c->dead_errno = (uint16_t)err;
	for (uint32_t fd = 0; fd < fdtab_top(); fd++)
		fdtab_flags((int)fd, w, FDTAB_CONDEMNED, 0);
}

static void act(int fd, fdtab_word w, const struct verdict *v, const struct action *action)
{
	switch (action->kind) {
	case ACTION_LOG: break;
	case ACTION_SHUTDOWN:
		if (conn_verified(fd, w))
			raw3(SYS_shutdown, fd, SHUT_RDWR, 0);
		FALLTHROUGH;
	case ACTION_ERROR: failfast_condemn(w, v->error ? v->error : ECONNRESET); break;
	case ACTION_EXIT: raw3(SYS_exit_group, action->number, 0, 0); break;
	case ACTION_ABORT: abort();
	case ACTION_SIGNAL: raw3(SYS_kill, raw3(SYS_getpid, 0, 0, 0), action->number, 0); break;
	}
}

static void follow(int fd, fdtab_word w, const struct verdict *v, const struct tcpinfo *info)
{
	struct conn *c = connpool_get(w);
	const struct action *action = &conn_config(c)->on_death;
	struct evidence e = {.fd = fd, .conn = c, .info = info};

	report_verdict(v, &e, v->death ? action : NULL);
	if (v->death)
		act(fd, w, v, action);
}

COLD void failfast_error(int fd, fdtab_word w, int err, enum phase phase, enum method seen)
{
	struct tcpinfo info;
	struct conn *c = connpool_get(w);
	bool known = w & FDTAB_TCP && conn_verified(fd, w) &&
		     !tcpinfo_read(fd, c->how == CONN_CONNECT, &info);
	struct verdict v = verdict_of_error(err, phase, seen, known ? &info : NULL);

	if (v.cause == CAUSE_NONE || (v.cause == CAUSE_BROKEN_PIPE && c && c->shut_write))
		return;
	/* The kernel says EPIPE, and not ECONNRESET, where the peer's FIN came first. */
	if (v.cause == CAUSE_BROKEN_PIPE && c && c->closed_by == SIDE_NONE)
		c->closed_by = SIDE_PEER;
	if (first(c, TOLD_DEATH))
		follow(fd, w, &v, known ? &info : NULL);
}

COLD void failfast_eof(int fd, fdtab_word w)
{
	struct verdict v = verdict_of_eof();
	struct conn *c = connpool_get(w);

	if (c && c->closed_by == SIDE_NONE)
		c->closed_by = SIDE_PEER;
	v.death = conn_config(c)->on_death_also == ALSO_CLOSED;
	if (v.death && first(c, TOLD_DEATH))
		follow(fd, w, &v, NULL);
}

COLD void failfast_deadline(int fd, fdtab_word w, bool receiving)
{
	struct verdict v = verdict_of_deadline(receiving);

	if (first(connpool_get(w), TOLD_DEADLINE))
		follow(fd, w, &v, NULL);
}

COLD int failfast_errno(fdtab_word w)
{
	struct conn *c = connpool_get(w);

	return c && c->dead_errno ? c->dead_errno : ECONNRESET;
}
