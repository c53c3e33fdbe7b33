/* SPDX-License-Identifier: MIT */
/* See sentinel_log.h. */
#include "sentinel_log.h"

#include "runtime/log.h"
#include "grab.h"

static void begin(
	struct log_line *l, const char *event, const struct watched *w, const struct member *m)
{
	log_begin_for(l, event, m->pid, m->name);
	if (!w)
		return;
	log_int(l, "fd", w->owner.fd);
	log_endpoint(l, "local", &w->socket.local);
	log_endpoint(l, "peer", &w->socket.peer);
}

static void options(struct log_line *l, const struct tend_options *o)
{
	char text[64];
	struct line keepalive = line_over(text, sizeof(text));

	if (o->keepalive) {
		line_duration_ms(&keepalive, (uint64_t)o->idle_s * 1000);
		line_char(&keepalive, '/');
		line_duration_ms(&keepalive, (uint64_t)o->interval_s * 1000);
		line_char(&keepalive, '/');
		line_int(&keepalive, o->count);
	} else {
		line_str(&keepalive, "off");
	}
	log_word(l, "keepalive", text);
	if (o->user_timeout_ms)
		log_seconds(l, "user_timeout", (uint64_t)o->user_timeout_ms);
	if (o->rto_max_ms)
		log_seconds(l, "rto_max", (uint64_t)o->rto_max_ms);
}

void sentinel_log_armed(
	const struct watched *w, const struct member *m, const struct tend_options *o)
{
	struct log_line l;

	begin(&l, "armed", w, m);
	options(&l, o);
	log_end(&l);
}

void sentinel_log_armed_many(
	unsigned count, bool several, const struct member *m, const struct tend_options *o)
{
	struct log_line l;

	begin(&l, "armed", NULL, m);
	if (several)
		log_word(&l, "processes", "several");
	log_int(&l, "connections", count);
	options(&l, o);
	log_end(&l);
}

static void evidence(struct log_line *l, const struct watched *w)
{
	const struct tcpinfo *i = &w->socket.info;

	if (w->judgement.method == METHOD_CONNECT) { /* nothing else is meant before */
		log_int(l, "retransmits", i->retransmits);
		return;
	}
	log_seconds(l, "last_received", i->last_data_recv_ms);
	log_seconds(l, "last_sent", i->last_data_sent_ms);
	log_seconds(l, "last_ack", i->last_ack_recv_ms);
	log_int(l, "unacked", (int64_t)i->unacked_bytes);
	log_int(l, "unsent", i->notsent_bytes);
	log_int(l, "retransmits", i->retransmits);
	log_int(l, "probes", i->probes);
	log_millis(l, "rtt", i->rtt_us);
	log_int(l, "in", (int64_t)i->bytes_received);
	log_int(l, "out", (int64_t)(i->bytes_sent - i->bytes_retrans));
}

static void death(const char *event, const struct watched *w, const struct member *m,
	const char *ended_by, const char *action)
{
	struct log_line l;

	begin(&l, event, w, m);
	log_word(&l, "cause", verdict_cause(w->judgement.cause));
	log_word(&l, "method", verdict_method(w->judgement.method));
	log_word(&l, "ended_by", ended_by);
	log_word(&l, "action", action);
	evidence(&l, w);
	log_end(&l);
}

void sentinel_log_condemned(
	const struct watched *w, const struct member *m, enum tend_end how, const char *action)
{
	death("condemned", w, m, how == TEND_DESTROYED ? "sock-destroy" : "disconnect", action);
}

void sentinel_log_dead(const struct watched *w, const struct member *m, const char *action)
{
	death("peer-dead", w, m, "kernel", action);
}

void sentinel_log_leaked(const struct watched *w, const struct member *m)
{
	struct log_line l;

	begin(&l, "leaked", w, m);
	log_word(&l, "state", tcpinfo_state_name(w->socket.info.state));
	log_seconds(&l, "for", (uint64_t)w->judgement.state_ms);
	log_int(&l, "unread", w->socket.rqueue);
	log_end(&l);
}

void sentinel_log_beat(const struct watched *w, const struct member *m)
{
	struct log_line l;

	if (!log_wants(LEVEL_CONN))
		return;
	begin(&l, "heartbeat", w, m);
	log_end(&l);
}

void sentinel_log_slow(const struct member *m, unsigned descriptors, int64_t within_ms)
{
	struct log_line l;

	begin(&l, "slow", NULL, m);
	log_int(&l, "descriptors", descriptors);
	log_seconds(&l, "found_within", (uint64_t)within_ms);
	log_end(&l);
}

void sentinel_log_crowded(const struct member *m, unsigned sockets, unsigned backlog)
{
	struct log_line l;

	begin(&l, "crowded", NULL, m);
	log_int(&l, "loopback", sockets);
	log_int(&l, "netdev_max_backlog", backlog);
	log_end(&l);
}

void sentinel_log_refused(
	const char *what, const struct watched *w, const struct member *m, int err)
{
	char why[256];
	struct log_line l;

	begin(&l, "refused", w, m);
	log_text(&l, "what", what);
	log_errno(&l, "errno", err);
	if (err == EPERM || err == EACCES) {
		grab_explain(m->pid, why, sizeof(why));
		log_text(&l, "reason", why);
	}
	log_end(&l);
}
