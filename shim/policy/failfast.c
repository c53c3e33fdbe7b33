/* SPDX-License-Identifier: MIT */
/*
 * Judging and acting.  Before the socket is asked or touched, its cookie is compared: the number
 * may belong to another connection by now, or to a file.
 */
#include "policy/failfast.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "policy/conn.h"
#include "policy/own.h"
#include "policy/readiness.h"
#include "policy/report.h"
#include "policy/sentence.h"
#include "runtime/log.h"
#include "runtime/recorder.h"
#include "sys/raw.h"
#include "sys/tcpinfo.h"

/* First of its kind on this connection?  Without a story every one is. */
static bool first(struct conn *c, uint8_t bit)
{
	return !c || !(atomic_fetch_or(&c->told, bit) & bit);
}

/*
 * Every descriptor of the connection: its calls fail from now on, or no more.  Most have but one,
 * and where thousands die at once a look at all descriptors for each would take long.
 */
static void flag_all(int fd, fdtab_word w, uint32_t on, uint32_t off)
{
	const struct conn *c = connpool_get(w);

	if (c && atomic_load(&c->holders) == 1 && connpool_get(fdtab_load(fd)) == c)
		fdtab_flags(fd, w, on, off);
	else
		for (uint32_t each = 0; each < fdtab_top(); each++)
			fdtab_flags((int)each, w, on, off);
}

static void condemn(int fd, fdtab_word w, int err, bool once)
{
	struct conn *c = connpool_get(w);

	if (!c || (once && c->dead_errno && !c->dead_once)) /* for good stays for good */
		return;
	c->dead_errno = (uint16_t)err;
	c->dead_once = once;
	flag_all(fd, w, FDTAB_CONDEMNED, 0);
}

/* The errno of a condemned one, or 0. */
static int condemned(const struct conn *c)
{
	return c && !c->dead_once ? c->dead_errno : 0;
}

/* What follows c's death.  Who has made both ends of a socketpair() has no peer to lose by it. */
static const struct action *action_of(const struct conn *c)
{
	static const struct action log = {.kind = ACTION_LOG};

	return c && c->how == CONN_PAIR ? &log : &conn_config(c)->on_death;
}

/* Is what dies to fail from then on? */
static bool to_fail(const struct conn *c)
{
	enum action_kind kind = action_of(c)->kind;

	return kind == ACTION_ERROR || kind == ACTION_SHUTDOWN;
}

static void act(int fd, fdtab_word w, const struct verdict *v, const struct action *action)
{
	switch (action->kind) {
	case ACTION_LOG: break;
	case ACTION_SHUTDOWN:
	case ACTION_ERROR:
		/* First, so that who wakes by the shutdown fails with the cause. */
		condemn(fd, w, v->error ? v->error : ECONNRESET, false);
		if (action->kind == ACTION_SHUTDOWN)
			raw3(SYS_shutdown, fd, SHUT_RDWR, 0);
		break;
	case ACTION_EXIT: raw3(SYS_exit_group, action->number, 0, 0); break;
	case ACTION_ABORT: abort();
	case ACTION_SIGNAL: raw3(SYS_kill, raw3(SYS_getpid, 0, 0, 0), action->number, 0); break;
	}
}

static void follow(int fd, fdtab_word w, const struct verdict *v, const struct tcpinfo *info)
{
	struct conn *c = connpool_get(w);
	const struct action *action = action_of(c);
	struct evidence e = {.fd = fd, .conn = c, .info = info};

	report_verdict(v, &e, v->death ? action : NULL);
	if (v->death)
		act(fd, w, v, action);
}

/* May this process speak for the connection, and is fd still its descriptor? */
static bool entitled(int fd, fdtab_word w)
{
	if (fdtab_kind(w) != FDTAB_STREAM || !fdtab_mine())
		return false;
	return fdtab_conn(w) ? conn_still(fd, w) : sockopt_cookie(fd) != 0;
}

/* The peer has ended its stream; after a reset, EPIPE and 0 come without that. */
static void saw_fin(struct conn *c)
{
	if (!c || atomic_load(&c->told) & TOLD_DEATH)
		return;
	c->fin_seen = 1;
	if (c->closed_by == SIDE_NONE)
		c->closed_by = SIDE_PEER;
}

/* A wait came before the call that failed; or no call followed, and the errno is inferred. */
static void met_by_waiting(struct verdict *v, struct conn *c)
{
	uint8_t ready = c ? atomic_load(&c->ready) : 0;

	if (v->seen == METHOD_POLL || v->seen == METHOD_EPOLL)
		v->error = 0;
	else if (ready)
		v->seen = ready;
}

static void judge(int fd, fdtab_word w, int err, enum phase phase, enum method seen)
{
	struct tcpinfo info;
	const struct tcpinfo *known = NULL;
	struct conn *c = connpool_get(w);
	struct verdict v;

	if (w & FDTAB_TCP && !tcpinfo_read(fd, conn_opened(c), &info))
		known = &info;
	v = verdict_of_error(err, phase, seen, known);
	met_by_waiting(&v, c);
	if (own_error(&v, c, known))
		return;
	/* The kernel says EPIPE, and not ECONNRESET, where the peer's FIN came first. */
	if (v.cause == CAUSE_BROKEN_PIPE)
		saw_fin(c);
	if (first(c, TOLD_DEATH))
		follow(fd, w, &v, known);
	else if (err != EPIPE && to_fail(c) && !condemned(c))
		condemn(fd, w, err, false); /* another thread is about to tell of it */
}

/* Ended from outside?  Then 0, end of stream and abort alike stand for its errno. */
static int sentenced(int fd, fdtab_word w, enum method seen)
{
	struct conn *c = connpool_get(w);
	struct tcpinfo info;
	struct verdict v;
	bool known;

	if (!(w & FDTAB_TCP) || !sentence_read(fd, seen, &v) || !entitled(fd, w))
		return 0;
	known = !tcpinfo_read(fd, conn_opened(c), &info);
	if (first(c, TOLD_DEATH))
		follow(fd, w, &v, known ? &info : NULL);
	return v.error;
}

/*
 * An end of stream that is none, where a death is to be acted on: another thread has its errno, and
 * may not have told it yet.  Returns the errno for the program, or 0.
 */
static int died(int fd, fdtab_word w, struct conn *c)
{
	enum action_kind kind = action_of(c)->kind;
	int err = condemned(c);

	if (!c || kind == ACTION_LOG)
		return 0;
	if (!err && w & FDTAB_TCP && entitled(fd, w))
		err = readiness_taken(fd, c);
	if (err)
		judge(fd, w, err, PHASE_DATA, METHOD_RESULT);
	return kind == ACTION_SIGNAL ? 0 : err;
}

/* What the kernel says of a connection that was aborted; ENOTCONN comes after the first. */
static bool is_abort(int err)
{
	return err == ECONNABORTED || err == ECONNRESET || err == EPIPE || err == ENOTCONN;
}

COLD int failfast_error(int fd, fdtab_word w, int err, enum phase phase, enum method seen)
{
	struct verdict v = verdict_of_error(err, phase, seen, NULL);
	int sentence;

	if ((v.cause == CAUSE_NONE && !is_abort(err)) || !entitled(fd, w))
		return err;
	sentence = is_abort(err) ? sentenced(fd, w, seen) : 0;
	if (sentence)
		return sentence;
	if (v.cause != CAUSE_NONE)
		judge(fd, w, err, phase, seen);
	sentence = err == EPIPE ? condemned(connpool_get(w)) : 0;
	return sentence ? sentence : err;
}

COLD int failfast_eof(int fd, fdtab_word w)
{
	struct verdict v = verdict_of_eof();
	struct conn *c = connpool_get(w);
	int err = sentenced(fd, w, METHOD_RESULT);

	if (!err)
		err = died(fd, w, c);
	if (err)
		return err;
	if (c)
		atomic_fetch_or(&c->told, TOLD_EOF);
	v.death = conn_config(c)->on_death_also == ALSO_CLOSED;
	if (!(v.death || recorder_on || log_wants(LEVEL_CONN)) || !entitled(fd, w))
		return 0; /* nobody wants to know: no further system call for it */
	if (own_end(fd, w, c))
		return 0;
	saw_fin(c);
	if (v.death && first(c, TOLD_DEATH))
		follow(fd, w, &v, NULL);
	return 0;
}

COLD void failfast_deadline(int fd, fdtab_word w, bool receiving)
{
	struct verdict v = verdict_of_deadline(receiving);

	if (entitled(fd, w) && first(connpool_get(w), TOLD_DEADLINE))
		follow(fd, w, &v, NULL);
}

COLD void failfast_used_up(int fd, fdtab_word w, int err)
{
	struct verdict v = verdict_of_error(err, PHASE_DATA, METHOD_RESULT, NULL);

	if (v.death && err != EPIPE) /* EPIPE is a state: nothing takes it */
		condemn(fd, w, err, true);
}

COLD int failfast_errno(fdtab_word w)
{
	struct conn *c = connpool_get(w);

	return c && c->dead_errno ? c->dead_errno : ECONNRESET;
}

COLD void failfast_pardon(int fd, fdtab_word w)
{
	struct conn *c = connpool_get(w);

	if (!c || !c->dead_errno)
		return;
	c->dead_errno = c->dead_once = 0;
	flag_all(fd, w, 0, FDTAB_CONDEMNED);
}

COLD void failfast_spent(int fd, fdtab_word w)
{
	struct conn *c = connpool_get(w);

	if (c && c->dead_once)
		failfast_pardon(fd, w);
}
