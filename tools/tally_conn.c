/* SPDX-License-Identifier: MIT */
/* See tally_conn.h. */
#include "tally_conn.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

#include "call_text.h"
#include "policy/verdict.h"
#include "runtime/connpool.h"
#include "util.h"

/* A UNIX socket has a name in place of two addresses. */
static bool has_peer(const struct connection *c)
{
	return c->opened && (c->open.socket == SOCKET_UNIX || c->open.socket == SOCKET_UNIX_DGRAM ||
				    c->open.end[1].family);
}

struct connection tally_conn_named(const struct event *e)
{
	struct connection c = *e->conn;

	if (has_peer(&c) || e->kind != EVENT_CALL || !e->address)
		return c;
	if (!c.opened)
		c.open.socket = e->call == CALL_connect ? SOCKET_TCP : SOCKET_UDP;
	if (e->call == CALL_connect)
		c.open.how = CONN_CONNECT;
	c.opened = true;
	c.open.end[1] = *e->address;
	return c;
}

struct tally_conn *tally_conn_new(const struct event *e)
{
	struct tally_conn *c = die_if_null(calloc(1, sizeof(*c)));

	c->conn = *e->conn;
	c->fd = -1;
	c->opened_ns = c->up_ns = c->last_byte_ns = e->start_ns;
	snprintf(c->prog, sizeof(c->prog), "%s", e->prog);
	tally_turn_start(&c->turn, e->start_ns);
	return c;
}

static void open_at(struct tally_conn *c, int64_t ns)
{
	c->opened_ns = c->up_ns = c->last_byte_ns = ns;
	tally_turn_start(&c->turn, ns);
}

/* The handshake is over, one way or the other. */
static void settle(struct tally_conn *c, int64_t ns, int error)
{
	c->pending = false;
	c->error = error;
	c->up = !error;
	c->connecting_ns = tally_turn_between(c->opened_ns, ns);
	c->up_ns = c->last_byte_ns = ns > c->opened_ns ? ns : c->opened_ns;
	tally_turn_start(&c->turn, c->up_ns);
}

static void dial(struct tally_conn *c, const struct event *e)
{
	if (c->up && c->dialled)
		return;
	if (!c->pending)
		open_at(c, e->start_ns);
	/* Of an attempt before; what was told during this call is this one's, and comes first. */
	if (!c->pending && c->verdict_ns < e->start_ns)
		c->verdict = (struct story_evidence){0};
	c->dialled = true;
	if (!e->ret)
		settle(c, e->end_ns, 0);
	else if (e->error == EISCONN)
		settle(c, e->start_ns, 0);
	else if (e->error == EINPROGRESS || e->error == EALREADY || e->error == EINTR)
		c->pending = true;
	else
		settle(c, e->end_ns, e->error);
}

static bool is_not_now(const struct event *e)
{
	return e->ret < 0 && (e->error == EAGAIN || e->error == EINTR);
}

static void count_bytes(struct tally_conn *c, const struct event *e)
{
	uint64_t gap = tally_turn_between(c->last_byte_ns, e->end_ns);

	if (e->bytes <= 0)
		return;
	if (gap > c->silence_ns)
		c->silence_ns = gap;
	if (e->end_ns > c->last_byte_ns)
		c->last_byte_ns = e->end_ns;
	if (e->class == CLASS_OUT) {
		c->bytes_out += (uint64_t)e->bytes;
		return;
	}
	c->bytes_in += (uint64_t)e->bytes;
	if (!c->answered)
		c->first_byte_ns = tally_turn_between(c->up_ns, e->end_ns);
	c->answered = true;
}

/* Less than it was asked: the buffer is full.  Of a file it may be the end of that. */
static bool sent_all(const struct event *e)
{
	if (e->ret < 0)
		return !is_not_now(e);
	return e->call == CALL_sendfile || e->call == CALL_splice || e->asked == UINT32_MAX ||
	       e->bytes >= (int64_t)e->asked;
}

/* Where 0 bytes are the end, and not an empty datagram; what nobody has told of may be one too. */
static bool is_stream(const struct connection *c)
{
	return !c->opened || c->open.socket == SOCKET_TCP || c->open.socket == SOCKET_UNIX;
}

static void data(struct tally_conn *c, const struct event *e, uint64_t waited_ns)
{
	struct tally_turn_call call = {e->start_ns, e->end_ns, e->tid, waited_ns};

	if (event_shape[e->call].flags == FLAGS_MSG && e->flags & MSG_ERRQUEUE)
		return;
	if (c->pending && !is_not_now(e))
		settle(c, e->start_ns, e->ret < 0 ? e->error : 0);
	c->up |= e->ret >= 0;
	if (e->class == CLASS_OUT)
		tally_turn_sent(&c->turn, &call, sent_all(e));
	else if (is_not_now(e))
		tally_turn_found_nothing(&c->turn, &call);
	else if (e->ret || e->asked)
		tally_turn_received(&c->turn, &call);
	if (e->class == CLASS_IN && !e->ret && e->asked && is_stream(&c->conn))
		c->eof = true;
	count_bytes(c, e);
}

static void call(struct tally_conn *c, const struct event *e, uint64_t waited_ns)
{
	c->calls += !e->further;
	if (c->fd < 0)
		c->fd = e->call == CALL_accept || e->call == CALL_accept4 ? e->ret : e->fd;
	if (e->class == CLASS_IN || e->class == CLASS_OUT) {
		data(c, e, waited_ns);
	} else if (e->call == CALL_connect) {
		dial(c, e);
	} else if (e->call == CALL_accept || e->call == CALL_accept4) {
		open_at(c, e->end_ns);
		c->up = true;
	} else if (e->call == CALL_listen) {
		c->listens = true;
	} else if (e->call == CALL_getsockopt && c->pending && !e->ret &&
		   e->asked == (SOL_SOCKET << 16 | SO_ERROR)) {
		settle(c, e->start_ns, (int)e->flags);
	}
}

static void evidence(
	struct tally_conn *c, const struct story_evidence *its, bool verdict, int64_t ns)
{
	uint8_t closed_by = its->closed_by ? its->closed_by : c->evidence.closed_by;

	if (its->known || !c->evidence.known)
		c->evidence = *its;
	c->evidence.closed_by = closed_by;
	if (!verdict || its->cause == CAUSE_NONE || its->cause == CAUSE_CLOSED)
		return;
	if (!c->verdict.cause) {
		c->verdict = *its;
		c->verdict_ns = ns;
	}
	if (c->pending)
		settle(c, ns, its->error);
}

void tally_conn_event(struct tally_conn *c, const struct event *e, uint64_t waited_ns)
{
	if (has_peer(e->conn) || !has_peer(&c->conn))
		c->conn = tally_conn_named(e);
	if (e->kind == EVENT_CALL)
		call(c, e, waited_ns);
	else if (e->kind == EVENT_VERDICT || e->kind == EVENT_CLOSE)
		evidence(c, &e->story->evidence, e->kind == EVENT_VERDICT, e->end_ns);
	else if (e->kind == EVENT_OPEN && e->fd >= 0)
		c->fd = e->fd;
}

void tally_conn_end(struct tally_conn *c, int64_t ns, bool closed)
{
	uint64_t silence;

	if (c->pending) {
		settle(c, ns, 0);
		c->up = false;
	}
	/* What never came to be has no end either. */
	if (c->error)
		ns = c->turn.at;
	c->closed = closed;
	c->quiet_ns = tally_turn_end(&c->turn, ns);
	c->lasted_ns = tally_turn_between(c->opened_ns, c->turn.at);
	silence = tally_turn_between(c->last_byte_ns, ns);
	if (c->up && silence > c->silence_ns)
		c->silence_ns = silence;
}

bool tally_conn_failed(const struct tally_conn *c)
{
	return c->verdict.cause || c->error;
}

bool tally_conn_counts(const struct tally_conn *c)
{
	uint8_t how = c->conn.open.how;

	return !c->listens && (c->bytes_in || c->bytes_out || c->dialled || how == CONN_CONNECT ||
				      how == CONN_ACCEPT);
}

uint64_t tally_conn_lost_ns(const struct tally_conn *c)
{
	return c->connecting_ns + c->turn.peer_ns + c->turn.sending_ns;
}
