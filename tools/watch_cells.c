/* SPDX-License-Identifier: MIT */
/*
 * See watch_cells.h.  Cells stand where they stand, whatever is in them: a long peer gets a line of
 * its own, all else is cut to its width.  Times and sizes are human.h's without the blank in front
 * of the unit, so that nine columns fit.
 */
#include "watch_cells.h"

#include <stdarg.h>
#include <string.h>

#include "escape.h"
#include "human.h"
#include "sys/compiler.h"
#include "watch_rows.h"

enum { CELL_MAX = 32, DAY_MS = 86400000, DAYS_MAX = 99999 };

/* CELL(name, title, width, on the left): in their order.  What matters less stands on the right. */
#define CELLS(CELL)                            \
	CELL(VERDICT, "VERDICT", 11, true)     \
	CELL(PEER, "PEER", 21, true)           \
	CELL(OWNER, "PROCESS FD", 16, true)    \
	CELL(IDLE, "IDLE", 6, false)           \
	CELL(FLIGHT, "FLIGHT", 6, false)       \
	CELL(RETRANSMITS, "RETRANS", 8, false) \
	CELL(RTT, "RTT", 6, false)             \
	CELL(AGE, "AGE", 6, false)             \
	CELL(STATE, "STATE", 11, true)

enum cell {
#define CELL(name, title, width, left) CELL_##name,
	CELLS(CELL)
#undef CELL
		CELL_COUNT
};

/* Where a cell begins: each is followed by a blank. */
static const struct {
	const char *title;
	unsigned width;
	bool left;
} cells[CELL_COUNT] = {
#define CELL(name, title, width, left) {title, width, left},
	CELLS(CELL)
#undef CELL
};

static unsigned start_of(enum cell c)
{
	unsigned column = 0;

	for (unsigned i = 0; i < c; i++)
		column += cells[i].width + 1;
	return column;
}

/* Not at all, where the sheet has no room for it. */
static void put(struct sheet *s, enum cell c, const char *text)
{
	unsigned start = start_of(c), width = cells[c].width;
	size_t len = strlen(text);
	char cut[CELL_MAX];
	struct line l = line_over(cut, width + 1);

	if (start + width > s->columns)
		return;
	line_str(&l, text);
	if (l.cut)
		cut[width - 1] = '~';
	sheet_pad(s, cells[c].left || l.cut ? start : start + width - len);
	sheet_text(s, cut);
}

void watch_cells_titles(struct sheet *s)
{
	for (unsigned c = 0; c < CELL_COUNT; c++)
		put(s, (enum cell)c, cells[c].title);
	sheet_end(s);
}

/* "35.1 ms" to "35.1ms" */
static const char *tight(char *text)
{
	char *blank = strchr(text, ' ');

	if (blank)
		memmove(blank, blank + 1, strlen(blank));
	return text;
}

static const char *tight_bytes(char out[HUMAN_MAX], uint64_t bytes)
{
	human_bytes(out, bytes);
	return tight(out);
}

static const char *tight_us(char out[HUMAN_MAX], uint64_t us)
{
	human_time(out, us * 1000);
	return tight(out);
}

static const char *tight_ms(char out[HUMAN_MAX], int64_t ms)
{
	int64_t days = ms / DAY_MS;
	struct line l = line_over(out, HUMAN_MAX);

	if (days < 100)
		return tight_us(out, (uint64_t)ms * 1000);
	line_uint(&l, (uint64_t)(days < DAYS_MAX ? days : DAYS_MAX));
	line_char(&l, 'd');
	return out;
}

/* "psql[1234] 7": a long name makes room for the numbers. */
static void put_owner(struct sheet *s, const struct watch_row *r)
{
	char fd[16] = "", tail[CELL_MAX], text[2 * CELL_MAX];
	unsigned width = cells[CELL_OWNER].width, len;
	struct line l;

	if (r->fd >= 0)
		snprintf(fd, sizeof(fd), " %d", r->fd);
	snprintf(tail, sizeof(tail), "[%d]%s", (int)r->pid, fd);
	len = (unsigned)strlen(tail);
	l = line_over(text, len < width ? width - len + 1 : 1);
	escape_text(&l, r->program ? r->program : "");
	strcpy(text + l.len, tail);
	put(s, CELL_OWNER, text);
}

/* Of a handshake that is under way there is none. */
static void put_idle(struct sheet *s, const struct watch_row *r)
{
	char text[HUMAN_MAX];

	put(s, CELL_IDLE, watch_rows_has_times(r) ? tight_ms(text, watch_rows_idle_ms(r)) : "-");
}

/* "3/12": in a row, and over the whole life. */
static void put_retransmits(struct sheet *s, const struct tcpinfo *info)
{
	static const char *const units[] = {"", "k", "M", "G"};
	unsigned total = info->total_retrans, unit = 0;
	char text[CELL_MAX];

	for (; total > 999; unit++)
		total /= 1000;
	snprintf(text, sizeof(text), "%u/%u%s", info->retransmits, total, units[unit]);
	put(s, CELL_RETRANSMITS, info->retransmits || info->total_retrans ? text : "-");
}

/* How old a connection was when it was first seen, nobody can tell: no age then. */
static void put_figures(struct sheet *s, const struct watch_row *r)
{
	const struct tcpinfo *info = &r->socket->info;
	char text[HUMAN_MAX];

	put_owner(s, r);
	put_idle(s, r);
	put(s, CELL_FLIGHT, tight_bytes(text, watch_rows_in_flight(r)));
	put_retransmits(s, info);
	put(s, CELL_RTT, info->rtt_us ? tight_us(text, info->rtt_us) : "-");
	put(s, CELL_AGE, r->age_ms > 0 ? tight_ms(text, r->age_ms) : "-");
	put(s, CELL_STATE, tcpinfo_state_name(info->state));
	sheet_end(s);
}

static bool is_long(const struct watch_row *r)
{
	char peer[ENDPOINT_TEXT_MAX];

	return endpoint_text(&r->socket->peer, peer, sizeof(peer)) > cells[CELL_PEER].width;
}

static bool is_explained(const struct watch_row *r)
{
	return r->judgement.state >= JUDGE_SLOW;
}

unsigned watch_cells_lines(const struct watch_row *r)
{
	return 1u + is_long(r) + is_explained(r);
}

/* Behind a comma, if the line has room for it. */
static void PRINTF_LIKE(2, 3) put_fact(struct sheet *s, const char *fmt, ...)
{
	char text[2 * ENDPOINT_TEXT_MAX] = ", ";
	va_list args;

	va_start(args, fmt);
	vsnprintf(text + 2, sizeof(text) - 2, fmt, args);
	va_end(args);
	if (s->line.len + strlen(text) <= s->columns)
		sheet_text(s, text);
}

static void put_local(struct sheet *s, const struct watch_row *r)
{
	char local[ENDPOINT_TEXT_MAX];

	endpoint_text(&r->socket->local, local, sizeof(local));
	put_fact(s, "from %s", local);
}

/* What the verdict stands on, most telling first. */
static void put_facts(struct sheet *s, const struct watch_row *r)
{
	const struct sockdiag_socket *k = r->socket;
	char text[HUMAN_MAX];

	if (k->timer == SOCKDIAG_TIMER_PROBE)
		put_fact(s, "window closed");
	if (k->info.probes)
		put_fact(
			s, "%u probe%s unanswered", k->info.probes, k->info.probes == 1 ? "" : "s");
	if (watch_rows_has_times(r) && k->info.last_ack_recv_ms)
		put_fact(s, "acknowledged %s ago", tight_ms(text, k->info.last_ack_recv_ms));
	if (k->rqueue)
		put_fact(s, "%s unread", tight_bytes(text, k->rqueue));
	if (!is_long(r))
		put_local(s, r);
	if (r->asked && !r->armed)
		put_fact(s, "not armed");
}

/* "for 3.20s: timeout by retransmission, ..."; at the first look, "now". */
static void put_explained(struct sheet *s, const struct watch_row *r)
{
	const char *cause = watch_rows_cause(r), *method = watch_rows_method(r);
	char text[HUMAN_MAX];

	sheet_pad(s, start_of(CELL_PEER));
	sheet_text(s, r->judgement.state_ms > 0 ? "for " : "now");
	if (r->judgement.state_ms > 0)
		sheet_text(s, tight_ms(text, r->judgement.state_ms));
	if (cause) {
		sheet_text(s, ": ");
		sheet_text(s, cause);
	}
	if (method) {
		sheet_text(s, " by ");
		sheet_text(s, method);
	}
	put_facts(s, r);
	sheet_end(s);
}

static void paint(struct sheet *s, enum judge_state state)
{
	if (state == JUDGE_DEAD)
		sheet_paint(s, "\033[31m");
	else if (state == JUDGE_SUSPECT || state == JUDGE_LEAKED)
		sheet_paint(s, "\033[33m");
}

void watch_cells_row(struct sheet *s, const struct watch_row *r, bool colour)
{
	char peer[ENDPOINT_TEXT_MAX];

	endpoint_text(&r->socket->peer, peer, sizeof(peer));
	put(s, CELL_VERDICT, judge_state_name(r->judgement.state));
	if (colour)
		paint(s, r->judgement.state);
	if (is_long(r)) {
		sheet_pad(s, start_of(CELL_PEER));
		sheet_text(s, peer);
		put_local(s, r);
		sheet_end(s);
	} else {
		put(s, CELL_PEER, peer);
	}
	put_figures(s, r);
	if (is_explained(r))
		put_explained(s, r);
}
