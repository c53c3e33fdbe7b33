/* SPDX-License-Identifier: MIT */
/*
 * The numbers are derive()'s own; here are only the words, one function for each line.  They
 * name the branch that derive() took, so a change there is a change here.
 */
#include "explain_plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>

#include "policy/arm.h"
#include "util.h"
#include "wrap.h"

enum { NAME_COLUMNS = 18, WHY_COLUMN = 30, BOUND_WHY_COLUMN = 45 };

struct derive_kernel explain_plan_kernel(void)
{
	cleanup_fd int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return *arm_kernel(fd);
}

/* "20s" in one of a few static buffers, so that one printf can use several. */
static const char *span(int ms)
{
	static char text[4][24];
	static unsigned turn;
	char *out = text[turn++ % ARRAY_SIZE(text)];
	struct line l = line_over(out, sizeof(text[0]));

	line_duration_ms(&l, (uint64_t)ms);
	return out;
}

/* "  TCP_KEEPIDLE      10        why", where a value below 0 is "-": left alone. */
static void PRINTF_LIKE(3, 4) row(const char *name, int value, const char *fmt, ...)
{
	char why[256], number[16] = "-";
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, sizeof(why), fmt, args);
	va_end(args);
	if (value >= 0)
		snprintf(number, sizeof(number), "%d", value);
	printf("  %-*s%-*s", NAME_COLUMNS, name, WHY_COLUMN - NAME_COLUMNS - 2, number);
	wrap_text(WHY_COLUMN, why);
}

static void print_keepalive(const struct config *c, const struct derive_plan *p)
{
	const char *within = span(c->detect_within_ms), *idle = span(1000 * p->idle_s);

	if (!p->keepalive) {
		row("SO_KEEPALIVE", -1, "left alone: KEEPALIVE=off");
		return;
	}
	row("SO_KEEPALIVE", 1, "on");
	if (c->keepalive.mode == KEEPALIVE_EXPLICIT || !config_given(c, OPT_DETECT_WITHIN)) {
		const char *why = c->keepalive.mode == KEEPALIVE_EXPLICIT
					  ? "as KEEPALIVE says"
					  : "the default 60s/5s/3, as DETECT_WITHIN is not given";

		row("TCP_KEEPIDLE", p->idle_s, "%s", why);
		row("TCP_KEEPINTVL", p->interval_s, "%s", why);
		row("TCP_KEEPCNT", p->count, "%s", why);
		return;
	}
	row("TCP_KEEPIDLE", p->idle_s, "= %s / 4, whole seconds, at least 1", within);
	row("TCP_KEEPINTVL", p->interval_s, "= %s / 16, whole seconds, at least 1", within);
	row("TCP_KEEPCNT", p->count, "= (%s - %s) / %s: as many probes as end by %s", within, idle,
		span(1000 * p->interval_s), within);
}

static void print_rto_max(
	const struct config *c, const struct derive_plan *p, const struct derive_kernel *k)
{
	const char *name = "TCP_RTO_MAX_MS";

	if (!k->has_rto_max)
		row(name, -1, "this kernel does not have it (Linux 6.15 does)");
	else if (c->rto_max_ms == TIMEOUT_DERIVED)
		row(name, p->rto_max_ms,
			"= %s / %d (tcp_retries2), at least 1000 and at most 120000",
			span(c->detect_within_ms), k->retries2);
	else if (!p->rto_max_ms)
		row(name, -1, "left alone: RTO_MAX=off");
	else
		row(name, p->rto_max_ms, "as RTO_MAX says");
}

static void print_user_timeout(const struct config *c, const struct derive_plan *p)
{
	const char *name = "TCP_USER_TIMEOUT";
	int ms = p->user_timeout_ms;

	if (c->user_timeout_ms == TIMEOUT_OFF)
		row(name, -1, "once connected: none, USER_TIMEOUT=off");
	else if (c->user_timeout_ms != TIMEOUT_DERIVED)
		row(name, ms, "once connected: as USER_TIMEOUT says");
	else if (!ms)
		row(name, -1,
			"once connected: none, as TCP_RTO_MAX_MS does it and spares a healthy slow "
			"reader");
	else if (p->raised)
		row(name, ms,
			"once connected: raised from %s, as a shorter one kills a healthy slow "
			"reader",
			span(c->detect_within_ms));
	else
		row(name, ms, "once connected: = DETECT_WITHIN, %s", span(c->detect_within_ms));
}

static void print_connect(const struct config *c, const struct derive_plan *p)
{
	const char *name = "TCP_USER_TIMEOUT";

	if (!p->connect_timeout_ms)
		row(name, -1, "until connected: none, CONNECT_TIMEOUT=off");
	else
		row(name, p->connect_timeout_ms, "until connected: %s %s",
			c->connect_timeout_ms == TIMEOUT_DERIVED ? "= DETECT_WITHIN,"
								 : "as CONNECT_TIMEOUT says,",
			span(p->connect_timeout_ms));
	if (p->syn_count)
		row("TCP_SYNCNT", p->syn_count,
			"until connected: so many that the deadline ends it and not the count");
}

static void print_bound(const char *when, int ms, const char *why)
{
	char text[64];

	if (ms == DERIVE_NEVER)
		snprintf(text, sizeof(text), "no bound below an hour");
	else
		snprintf(text, sizeof(text), "within %d.%ds", (ms + 99) / 1000,
			(ms + 99) / 100 % 10);
	printf("  %-*s%-*s", NAME_COLUMNS, when, BOUND_WHY_COLUMN - NAME_COLUMNS - 2, text);
	wrap_text(BOUND_WHY_COLUMN, why);
}

static void print_idle_bound(const struct derive_plan *p, int ms)
{
	char why[160];

	if (!p->keepalive)
		snprintf(why, sizeof(why), "without keepalive an idle connection asks nobody");
	else if (p->user_timeout_ms)
		snprintf(why, sizeof(why),
			"KEEPIDLE %s, then the first probe that ends at TCP_USER_TIMEOUT %s or "
			"later",
			span(1000 * p->idle_s), span(p->user_timeout_ms));
	else
		snprintf(why, sizeof(why), "= %s + %d probes x %s", span(1000 * p->idle_s),
			p->count, span(1000 * p->interval_s));
	print_bound("peer idle", ms, why);
}

static void print_flight_bound(const struct derive_plan *p, const struct derive_kernel *k, int ms)
{
	char why[160];

	if (p->user_timeout_ms)
		snprintf(why, sizeof(why),
			"TCP_USER_TIMEOUT %s from the first retransmission, seen at the next one",
			span(p->user_timeout_ms));
	else
		snprintf(why, sizeof(why),
			"%d pauses (tcp_retries2 + 1), doubled from 200ms up to %s, on a fast path",
			k->retries2 + 1, span(p->rto_max_ms ? p->rto_max_ms : 120000));
	print_bound("data in flight", ms, why);
}

void explain_plan_print(const struct config *c, const struct derive_kernel *k, bool listening)
{
	struct derive_plan p = derive(c, k);
	struct derive_bounds b = derive_bounds(&p, k);

	puts("becomes");
	print_keepalive(c, &p);
	print_rto_max(c, &p, k);
	print_user_timeout(c, &p);
	if (!listening)
		print_connect(c, &p);
	puts("a dead peer is noticed");
	print_idle_bound(&p, b.idle_ms);
	print_flight_bound(&p, k, b.in_flight_ms);
	if (!listening)
		print_bound("connect", b.connect_ms,
			p.connect_timeout_ms
				? "the deadline, or the kernel's SYNs where they end first"
				: "the kernel's SYNs: tcp_syn_retries and their pauses");
}
