/* SPDX-License-Identifier: MIT */
/*
 * Addresses and SO_COOKIE are asked here, a few system calls a connection and none a call.
 */
#include "policy/story.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "policy/conn.h"
#include "runtime/process.h"
#include "runtime/recorder.h"
#include "sys/raw.h"
#include "sys/tcpinfo.h"

bool story_network_seen;

/* This program's, by its name. */
static void tell_program(struct story *s, enum story_kind kind)
{
	_Static_assert(sizeof(s->program.text) >= sizeof(process_name), "the name fits");
	s->fd = -1;
	memcpy(s->program.text, process_name, sizeof(process_name));
	recorder_tell(s, kind);
}

COLD void story_started(bool asks)
{
	struct story s = {0};

	if (!recorder_on)
		return;
	s.program.value = asks ? (uint32_t)raw3(SYS_getppid, 0, 0, 0) : 0;
	tell_program(&s, STORY_START);
}

COLD void story_forked(void)
{
	if (recorder_on)
		recorder_forked();
}

COLD void story_strict(void)
{
	struct story s = {0};

	if (recorder_on)
		tell_program(&s, STORY_STRICT);
}

/* The name of one end of a UNIX socket, or nothing. */
static bool unix_name(int fd, long nr, struct story_open *o)
{
	struct sockaddr_un addr = {0};
	socklen_t len = sizeof(addr);

	return !raw3(nr, fd, (long)&addr, (long)&len) &&
	       endpoint_unix_name(&addr, len, o->path, sizeof(o->path));
}

static enum story_socket socket_of(int domain, int type)
{
	if (domain == AF_UNIX)
		return type == SOCK_STREAM ? SOCKET_UNIX : SOCKET_UNIX_DGRAM;
	if (domain != AF_INET && domain != AF_INET6)
		return SOCKET_OTHER;
	return type == SOCK_STREAM ? SOCKET_TCP : type == SOCK_DGRAM ? SOCKET_UDP : SOCKET_OTHER;
}

static enum story_socket kind_of(int fd, fdtab_word w)
{
	int domain = AF_INET, type = SOCK_STREAM;

	if (w & FDTAB_TCP)
		return SOCKET_TCP;
	sockopt_get_int(fd, SOL_SOCKET, SO_DOMAIN, &domain);
	sockopt_get_int(fd, SOL_SOCKET, SO_TYPE, &type);
	return socket_of(domain, type);
}

/* A UNIX socket's name: the peer's, or where that has none our own. */
static void name_ends(int fd, struct story_open *o)
{
	if (unix_name(fd, SYS_getpeername, o))
		o->named = NAMED_PEER;
	else if (unix_name(fd, SYS_getsockname, o))
		o->named = NAMED_LOCAL;
}

COLD void story_opened(int fd, fdtab_word w)
{
	struct conn *c = connpool_get(w);
	struct story s = {.conn = w >> 16, .fd = fd};
	struct story_open *o = &s.open;

	if (!recorder_on || !c)
		return;
	story_network_seen = true;
	atomic_fetch_or(&c->told, TOLD_STORY);
	conn_verified(fd, w);
	o->cookie = c->cookie;
	o->how = c->how;
	o->socket = (uint8_t)kind_of(fd, w);
	if (o->socket == SOCKET_UNIX || o->socket == SOCKET_UNIX_DGRAM) {
		name_ends(fd, o);
	} else {
		o->end[0] = endpoint_local(fd);
		o->end[1] = w & FDTAB_TCP ? c->peer : endpoint_peer(fd);
	}
	recorder_tell(&s, STORY_OPEN);
}

void story_datagrams(int fd, fdtab_word w)
{
	struct conn *c = connpool_get(w);

	if (c && !(atomic_load(&c->told) & TOLD_STORY) && fdtab_mine())
		story_opened(fd, w);
}

COLD void story_armed(int fd, const struct conn *c, const struct story_armed *values)
{
	struct story s = {.fd = fd, .armed = *values};

	if (!recorder_on || !c)
		return;
	s.conn = connpool_key(c);
	recorder_tell(&s, STORY_ARMED);
}

static void add_info(struct story_evidence *to, const struct evidence *e)
{
	const struct tcpinfo *i = e->info;

	if (e->conn)
		to->age_ms = conn_now_ms() - e->conn->opened_ms;
	if (!i)
		return;
	to->known = 1;
	to->state = (uint8_t)i->state;
	to->rtt_us = i->rtt_us;
	to->retrans = i->total_retrans;
	to->probes = i->probes;
	to->unsent = i->notsent_bytes;
	to->last_data_sent_ms = i->last_data_sent_ms;
	to->last_data_recv_ms = i->last_data_recv_ms;
	to->last_ack_recv_ms = i->last_ack_recv_ms;
	to->bytes_in = report_bytes_in(e);
	to->bytes_out = report_bytes_out(e);
	to->unacked = i->unacked_bytes;
}

COLD void story_verdict(
	const struct verdict *v, const struct evidence *e, const struct action *action)
{
	const struct evidence nobody = {.fd = e->fd, .conn = e->conn};
	struct story s = {.fd = e->fd};

	if (!recorder_on)
		return;
	s.conn = e->conn ? connpool_key(e->conn) : 0;
	add_info(&s.evidence, v->method == METHOD_CONNECT ? &nobody : e); /* no connection yet */
	s.evidence.cause = (uint8_t)v->cause;
	s.evidence.method = (uint8_t)v->method;
	s.evidence.seen = (uint8_t)v->seen;
	s.evidence.error = v->error;
	s.evidence.death = v->death;
	s.evidence.action = action ? (uint8_t)action->kind : 0;
	recorder_tell(&s, STORY_VERDICT);
}

COLD void story_closed(const struct evidence *e, fdtab_word w, unsigned closed_by)
{
	struct story s = {.fd = e->fd, .conn = w >> 16};

	if (!recorder_on)
		return;
	add_info(&s.evidence, e);
	s.evidence.closed_by = (uint8_t)closed_by;
	recorder_tell(&s, STORY_CLOSE);
}
