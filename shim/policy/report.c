/* SPDX-License-Identifier: MIT */
/*
 * What a line says.  Every frame here holds a log line (runtime/log.h), so nothing here is called
 * but where a line is wanted.  Addresses come from the connection's story: a dead socket no longer
 * knows its peer (KERNEL.md 5).
 */
#include "policy/report.h"

#include <stdatomic.h>

#include "policy/conn.h"
#include "policy/story.h"
#include "runtime/log.h"
#include "runtime/process.h"
#include "runtime/recorder.h"
#include "sys/tcpinfo.h"

#define WORD_OF_HOW(name, word)    [CONN_##name] = word,
#define WORD_OF_ACTION(name, word) [ACTION_##name] = word,
static const char *const how_text[] = {CONN_HOWS(WORD_OF_HOW)};
static const char *const action_text[] = {ACTION_KINDS(WORD_OF_ACTION)};

/* fd, local, peer: who talks to whom. */
static void ends(struct log_line *l, int fd, const struct conn *c)
{
	struct endpoint local = endpoint_local(fd);

	if (fd >= 0)
		log_int(l, "fd", fd);
	if (local.family && !endpoint_is_any(&local)) /* any: connect(AF_UNSPEC) has ended it */
		log_endpoint(l, "local", &local);
	if (c && c->peer.family)
		log_endpoint(l, "peer", &c->peer);
}

static void age(struct log_line *l, const char *key, const struct conn *c)
{
	if (c)
		log_seconds(l, key, conn_now_ms() - c->opened_ms);
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

uint64_t report_bytes_in(const struct evidence *e)
{
	const struct tcpinfo *i = e->info;
	const struct conn *c = e->conn;
	/* Seen, or the last thing to come after our own: nothing else ends a connection quietly. */
	bool fin = i->state == TCPINFO_CLOSE && c &&
		   (c->fin_seen || (c->shut_write && !(atomic_load(&c->told) & TOLD_DEATH)));

	return i->bytes_received - (fin && i->bytes_received);
}

uint64_t report_bytes_out(const struct evidence *e)
{
	return e->info->bytes_sent - e->info->bytes_retrans;
}

static void kernel_evidence(struct log_line *l, const struct evidence *e)
{
	const struct tcpinfo *i = e->info;

	if (!i)
		return;
	log_seconds(l, "idle", least(i->last_data_recv_ms, i->last_data_sent_ms));
	log_seconds(l, "last_ack", i->last_ack_recv_ms);
	log_int(l, "unacked", (int64_t)i->unacked_bytes);
	log_int(l, "unsent", i->notsent_bytes);
	log_int(l, "retrans", i->total_retrans);
	log_int(l, "probes", i->probes);
	log_millis(l, "rtt", i->rtt_us);
	log_int(l, "in", (int64_t)report_bytes_in(e));
	log_int(l, "out", (int64_t)report_bytes_out(e));
}

static const char *event_of(const struct verdict *v)
{
	if (v->method == METHOD_DEADLINE)
		return "deadline";
	return v->death ? "peer-dead" : "connect-failed";
}

COLD static void verdict_line(
	const struct verdict *v, const struct evidence *e, const struct action *action)
{
	struct log_line l;

	log_begin(&l, event_of(v));
	log_word(&l, "cause", verdict_cause(v->cause));
	log_word(&l, "method", verdict_method(v->method));
	if (v->seen != METHOD_RESULT && v->seen != v->method)
		log_word(&l, "via", verdict_method(v->seen));
	if (v->error)
		log_errno(&l, "errno", v->error);
	ends(&l, e->fd, e->conn);
	age(&l, "age", e->conn);
	if (v->method != METHOD_CONNECT)
		kernel_evidence(&l, e);
	if (action) {
		log_word(&l, "action", action_text[action->kind]);
		if (action->kind == ACTION_EXIT || action->kind == ACTION_SIGNAL)
			log_int(&l, action->kind == ACTION_EXIT ? "status" : "signal",
				action->number);
	}
	log_end(&l);
}

/* The recording first: the line may find no place, and an action follow. */
COLD void report_verdict(
	const struct verdict *v, const struct evidence *e, const struct action *action)
{
	story_verdict(v, e, action);
	verdict_line(v, e, action);
}

COLD void report_averted(int fd, const struct conn *c, unsigned saves)
{
	struct log_line l;

	log_begin(&l, "sigpipe-averted");
	ends(&l, fd, c);
	log_int(&l, "saves", saves);
	log_end(&l);
}

COLD static void opened_line(int fd, const struct conn *c)
{
	struct log_line l;

	log_begin(&l, "open");
	log_word(&l, "how", how_text[c->how]);
	ends(&l, fd, c);
	log_end(&l);
}

COLD void report_opened(int fd, fdtab_word w)
{
	struct conn *c = connpool_get(w);

	if (!(recorder_on || log_wants(LEVEL_CONN)) || !c ||
		atomic_fetch_or(&c->told, TOLD_OPEN) & TOLD_OPEN)
		return;
	story_opened(fd, w);
	if (log_wants(LEVEL_CONN))
		opened_line(fd, c);
}

/* Who ended its sending first, as was seen or as the socket's state tells: only TCP's does. */
static enum conn_side closer(const struct evidence *e)
{
	const struct tcpinfo *i = e->info;

	if (e->conn->closed_by != SIDE_NONE || !i)
		return (enum conn_side)e->conn->closed_by;
	return i->state == TCPINFO_CLOSE_WAIT || i->state == TCPINFO_CLOSE ? SIDE_PEER : SIDE_US;
}

COLD static void closed_line(const struct evidence *e, fdtab_word w)
{
	const struct conn *c = e->conn;
	struct log_line l;

	log_begin(&l, "close");
	ends(&l, e->fd, c);
	age(&l, "duration", c);
	if (e->info || !(w & FDTAB_TCP)) {
		log_int(&l, "in", (int64_t)(e->info ? report_bytes_in(e) : c->bytes_in));
		log_int(&l, "out", (int64_t)(e->info ? report_bytes_out(e) : c->bytes_out));
	}
	if (closer(e) != SIDE_NONE)
		log_word(&l, "closed_by", closer(e) == SIDE_PEER ? "peer" : "us");
	log_end(&l);
}

COLD void report_closed(int fd, fdtab_word w)
{
	struct conn *c = connpool_get(w);
	uint8_t told = c ? atomic_load(&c->told) : 0;
	bool story = recorder_on && told & TOLD_STORY;
	bool line = log_wants(LEVEL_CONN) && told & TOLD_OPEN;
	struct evidence e = {.fd = fd, .conn = c};
	struct tcpinfo info;

	if (!story && !line)
		return;
	if (fd >= 0 && w & FDTAB_TCP && conn_verified(fd, w) &&
		!tcpinfo_read(fd, c->how == CONN_CONNECT, &info))
		e.info = &info;
	if (story)
		story_closed(&e, w, closer(&e));
	if (line)
		closed_line(&e, w);
}

COLD void report_refused(int fd, enum sockopt_id id, int err)
{
	static _Atomic uint64_t told[2];
	struct log_line l;

	if (atomic_fetch_or(&told[id / 64], 1ull << (id % 64)) >> (id % 64) & 1)
		return;
	log_begin(&l, "option-refused");
	log_word(&l, "option", sockopt_row[id].name);
	log_errno(&l, "errno", err);
	log_int(&l, "fd", fd);
	log_end(&l);
}

COLD void report_raised(int asked_ms, int set_ms)
{
	static _Atomic bool told;
	struct log_line l;

	if (atomic_exchange(&told, true))
		return;
	log_begin(&l, "user-timeout-raised");
	log_seconds(&l, "asked", (uint64_t)asked_ms);
	log_seconds(&l, "set", (uint64_t)set_ms);
	log_text(&l, "reason", "no TCP_RTO_MAX_MS: a shorter one kills slow readers");
	log_end(&l);
}

COLD void report_config(const char *message)
{
	struct log_line l;

	log_begin(&l, "config");
	l.level = LEVEL_CONFIG;
	log_text(&l, "problem", message);
	log_end(&l);
}
