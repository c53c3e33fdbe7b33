/* SPDX-License-Identifier: MIT */
/* See summary_conns.h.  What each figure means stands in tally_conn.h and tally_turn.h. */
#include "summary_conns.h"

#include <stdio.h>
#include <string.h>

#include "call_text.h"
#include "human.h"
#include "policy/verdict.h"
#include "runtime/connpool.h"
#include "story_text.h"
#include "tally_best.h"

enum { PEERS_SHOWN = 12 };

static void time_cell(struct sheet *s, uint64_t ns)
{
	char text[HUMAN_MAX];

	sheet_cell(s, human_time(text, ns));
}

static void bytes_cell(struct sheet *s, uint64_t bytes)
{
	char text[HUMAN_MAX];

	sheet_cell(s, human_bytes(text, bytes));
}

static void count_cell(struct sheet *s, uint64_t count)
{
	char text[HUMAN_MAX];

	sheet_cell(s, human_count(text, count));
}

/* "nginx[42] fd 7 :80": what is too long for its cell loses letters of the name. */
static void owner_cell(struct sheet *s, const struct tally_conn *c)
{
	const struct endpoint *local = &c->conn.open.end[0];
	bool inet = c->conn.open.socket <= SOCKET_UDP;
	char tail[64], text[128], fd[24] = "", at[16] = "";
	int room;

	if (c->fd >= 0)
		snprintf(fd, sizeof(fd), " fd %d", c->fd);
	if (inet && c->conn.open.how == CONN_ACCEPT && local->port)
		snprintf(at, sizeof(at), " :%u", local->port);
	snprintf(tail, sizeof(tail), "[%u]%s%s", c->conn.pid, fd, at);
	room = SHEET_NAME - 3 - (int)strlen(tail);
	snprintf(text, sizeof(text), "   %.*s%s", room > 1 ? room : 1, c->prog, tail);
	sheet_name(s, text);
}

static void open_cell(struct line *l, const struct tally_conn *c)
{
	char ago[HUMAN_MAX];

	if (c->dialled && !c->up) {
		line_str(l, "never connected");
		return;
	}
	line_str(l, c->eof ? "open, half-closed by the peer" : "open");
	if (c->eof || !(c->bytes_in || c->bytes_out))
		return;
	line_str(l, c->turn.sent ? ", sent last, " : ", received last, ");
	line_str(l, human_time(ago, c->quiet_ns));
	line_str(l, " ago");
}

static void ended_cell(struct sheet *s, const struct tally_conn *c)
{
	const char *side = story_text_side(c->evidence.closed_by);
	const char *cause = story_text_cause(c->verdict.cause);
	char text[64];
	struct line l = line_over(text, sizeof(text));

	if (c->verdict.cause) {
		line_str(&l, cause ? cause : "?");
	} else if (c->error) {
		call_text_errno(&l, c->error);
	} else if (c->closed) {
		line_str(&l, "closed");
		if (side) {
			line_str(&l, " by ");
			line_str(&l, side);
		}
	} else {
		open_cell(&l, c);
	}
	sheet_text(s, "  ");
	sheet_text(s, text);
}

/* ", unsent 1.20 kB", where there is any. */
static void flow_figure(struct sheet *s, const char *what, const char *figure, bool any)
{
	char text[64];

	snprintf(text, sizeof(text), "%s %s", what, figure);
	if (any)
		sheet_flow(s, text);
}

/* ", received 61.7 s before" */
static void flow_ago(struct sheet *s, const char *what, uint32_t ms)
{
	char ago[HUMAN_MAX], text[64];

	snprintf(text, sizeof(text), "%s %s before", what,
		ms ? human_time(ago, ms * 1000000ull) : "<1 ms");
	sheet_flow(s, text);
}

/* The evidence of a failure, a line of its own under it. */
static void evidence_row(struct sheet *s, const struct story_evidence *e)
{
	const char *method = story_text_method(e->method), *seen = story_text_method(e->seen);
	char text[96];
	struct line l = line_over(text, sizeof(text));

	line_str(&l, "   ! ");
	if (e->error)
		call_text_errno(&l, e->error);
	else
		line_str(&l, "no error");
	sheet_text(s, text);
	flow_figure(s, "by", method ? method : "?", true);
	flow_figure(s, "seen by", seen ? seen : "?", e->seen != e->method);
	/* Of a handshake that failed, TCP_INFO has nothing to say. */
	if (e->known && e->method != METHOD_CONNECT) {
		flow_figure(s, "unacknowledged", human_bytes(text, e->unacked), e->unacked);
		flow_figure(s, "unsent", human_bytes(text, e->unsent), e->unsent);
		flow_figure(s, "unanswered probes", human_count(text, e->probes), e->probes);
		flow_ago(s, "last sent", e->last_data_sent_ms);
		flow_ago(s, "received", e->last_data_recv_ms);
		flow_ago(s, "acknowledged", e->last_ack_recv_ms);
	}
	sheet_end(s);
}

static void conn_rows(struct sheet *s, const struct tally_conn *c)
{
	const struct story_evidence *e = &c->evidence;
	char name[TALLY_NAME_MAX], text[HUMAN_MAX];

	sheet_name(s, tally_peers_name(&c->conn, name));
	time_cell(s, c->lasted_ns);
	time_cell(s, c->connecting_ns);
	time_cell(s, c->turn.program_ns);
	time_cell(s, c->turn.peer_ns);
	time_cell(s, c->turn.sending_ns);
	bytes_cell(s, c->bytes_in);
	bytes_cell(s, c->bytes_out);
	count_cell(s, c->calls);
	sheet_end(s);
	owner_cell(s, c);
	sheet_cell(s, c->answered ? human_time(text, c->first_byte_ns) : "-");
	time_cell(s, c->silence_ns);
	sheet_cell(s, e->known ? human_time(text, e->rtt_us * 1000ull) : "-");
	sheet_cell(s, e->known ? human_count(text, e->retrans) : "-");
	ended_cell(s, c);
	sheet_end(s);
	if (c->verdict.cause)
		evidence_row(s, &c->verdict);
}

static void table_head(struct sheet *s)
{
	static const char *const first[] = {
		"LASTED", "CONNECT", "PROGRAM", "PEER", "SENDING", "IN", "OUT", "CALLS", NULL};
	static const char *const second[] = {"1ST BYTE", "SILENCE", "RTT", "RETRANS", NULL};

	sheet_end(s);
	sheet_titles(s, "CONNECTION (-> out, <- in)", first);
	sheet_end(s);
	sheet_titles(s, "   process, descriptor", second);
	sheet_text(s, "  ENDED");
	sheet_rule(s);
}

void summary_conns_table(struct sheet *s, struct tally *t)
{
	struct tally_conn *shown[TALLY_SHOWN];
	unsigned count = tally_best_pick(t->best, shown);
	char text[128];

	if (!count)
		return;
	table_head(s);
	for (unsigned i = 0; i < count; i++)
		conn_rows(s, shown[i]);
	if (t->sum.conns <= count)
		return;
	snprintf(text, sizeof(text),
		"... %llu more; these failed first, waited most or moved most: -e narrows it down.",
		(unsigned long long)(t->sum.conns - count));
	sheet_text(s, text);
	sheet_end(s);
}

static void sum_row(struct sheet *s, const char *name, const struct tally_sum *sum)
{
	sheet_name(s, name);
	count_cell(s, sum->conns);
	count_cell(s, sum->failed);
	time_cell(s, sum->connecting_ns);
	time_cell(s, sum->program_ns);
	time_cell(s, sum->peer_ns);
	time_cell(s, sum->sending_ns);
	bytes_cell(s, sum->bytes_in);
	bytes_cell(s, sum->bytes_out);
	sheet_end(s);
}

/* Only where it says more than the connections do. */
void summary_conns_peers(struct sheet *s, const struct tally *t)
{
	static const char *const titles[] = {
		"CONNS", "FAILED", "CONNECT", "PROGRAM", "PEER", "SENDING", "IN", "OUT", NULL};
	const struct tally_peers *peers = &t->peers;
	struct tally_sum rest = peers->rest;
	uint64_t more = peers->folded;
	char text[128];

	if (2 * (peers->count + peers->folded) > t->sum.conns && t->sum.conns <= TALLY_SHOWN)
		return;
	if (!t->sum.conns)
		return;
	sheet_end(s);
	sheet_titles(s, "PEER", titles);
	sheet_rule(s);
	for (unsigned i = 0; i < peers->count; i++) {
		if (i < PEERS_SHOWN) {
			sum_row(s, peers->kept[i].name, &peers->kept[i].sum);
		} else {
			tally_peers_add(&rest, &peers->kept[i].sum);
			more++;
		}
	}
	snprintf(text, sizeof(text), "... %llu more", (unsigned long long)more);
	if (more)
		sum_row(s, text, &rest);
	sum_row(s, "all", &t->sum);
}

/* Where the time went: the first table, and the shortest answer. */
void summary_conns_time(struct sheet *s, const struct tally *t)
{
	static const char *const titles[] = {"TIME", "SHARE", "MOST", NULL};
	static const char *const name[PART_COUNT] = {
		[PART_PEER] = "waiting for the peer",
		[PART_PROGRAM] = "in the program",
		[PART_SENDING] = "sending",
		[PART_CONNECTING] = "connecting",
		[PART_QUIET] = "quiet at the end",
	};
	const struct tally_sum *sum = &t->sum;
	const uint64_t part[PART_COUNT] = {
		[PART_PEER] = sum->peer_ns,
		[PART_PROGRAM] = sum->program_ns,
		[PART_SENDING] = sum->sending_ns,
		[PART_CONNECTING] = sum->connecting_ns,
		[PART_QUIET] = sum->quiet_ns,
	};
	uint64_t all = 0;
	char text[HUMAN_MAX], most[TALLY_NAME_MAX];

	for (int i = 0; i < PART_COUNT; i++)
		all += part[i];
	sheet_end(s);
	sheet_titles(s, "WHERE THE TIME WENT", titles);
	sheet_text(s, "  OF");
	sheet_rule(s);
	for (int i = 0; i < PART_COUNT; i++) {
		sheet_name(s, name[i]);
		time_cell(s, part[i]);
		sheet_cell(s, human_share(text, part[i], all));
		if (t->most[i]) {
			time_cell(s, tally_part_of(t->most[i], (enum tally_part)i));
			sheet_text(s, "  ");
			tally_peers_name(&t->most[i]->conn, most);
			sheet_untrusted(s, most);
		}
		sheet_end(s);
	}
}
