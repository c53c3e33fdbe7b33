/* SPDX-License-Identifier: MIT */
/*
 * The arithmetic of DETECT_WITHIN.  Nothing here looks at a socket or at global state, so a unit
 * test can go through it row by row, and `peerless check --explain` shows the same numbers.
 */
#include "policy/derive.h"

enum {
	RTO_MIN_MS = 200,             /* TCP_RTO_MIN */
	SYN_RTO_MS = 1000,            /* TCP_TIMEOUT_INIT */
	KERNEL_RTO_MAX_MS = 120000,   /* TCP_RTO_MAX */
	SYNCNT_MAX = 127,             /* MAX_TCP_SYNCNT */
	SAFE_USER_TIMEOUT_MS = 30000, /* below it a healthy slow reader dies: KERNEL.md 3 */
	NEVER_MS = 3600 * 1000,
};

static int max(int a, int b)
{
	return a > b ? a : b;
}

static int min(int a, int b)
{
	return a < b ? a : b;
}

static void derive_keepalive(struct derive_plan *p, const struct config *c)
{
	int within_s = c->detect_within_ms / 1000;

	p->keepalive = c->keepalive.mode != KEEPALIVE_OFF;
	if (c->keepalive.mode == KEEPALIVE_EXPLICIT) {
		p->idle_s = c->keepalive.idle_s;
		p->interval_s = c->keepalive.interval_s;
		p->count = c->keepalive.count;
	} else if (!config_given(c, OPT_DETECT_WITHIN)) {
		p->idle_s = 60; /* as the field knows it: 75 s in all */
		p->interval_s = 5;
		p->count = 3;
	} else {
		/*
		 * Probes over three quarters: an outage of half of it swallows some, not all.  As
		 * the kernel counts whole seconds, that takes 2 s and 3 s one probe more, and so a
		 * second longer (measured: with 1/1/1 an outage of 0.8 s ended 10 of 10).
		 */
		p->idle_s = max(1, within_s / 4);
		p->interval_s = max(1, within_s / 16);
		p->count = max((within_s - p->idle_s) / p->interval_s,
			1 + (within_s + 1) / 2 / p->interval_s);
	}
}

/* How long n unanswered transmissions take, each pause doubled up to the longest. */
static long long backoff_ms(int n, int first_ms, int longest_ms)
{
	long long sum = 0;

	for (int pause = first_ms; n > 0; n--) {
		sum += min(pause, longest_ms);
		pause = min(2 * pause, longest_ms);
	}
	return sum;
}

static long long syn_backoff_ms(int retries, int linear, int longest_ms)
{
	return (long long)linear * min(SYN_RTO_MS, longest_ms) +
	       backoff_ms(retries + 1, SYN_RTO_MS, longest_ms);
}

/*
 * RTO_MAX shortens connect() too, as the kernel counts SYNs and not seconds: enough SYNs that the
 * deadline ends it, or with no deadline that it lasts as long as it did (KERNEL.md 6).
 */
static int derive_syn_count(const struct derive_plan *p, const struct derive_kernel *k)
{
	int longest = p->rto_max_ms ? p->rto_max_ms : KERNEL_RTO_MAX_MS;
	long long own = syn_backoff_ms(k->syn_retries, k->syn_linear, KERNEL_RTO_MAX_MS);
	long long want = p->connect_timeout_ms ? p->connect_timeout_ms : own;
	int n = k->syn_retries;

	while (n < SYNCNT_MAX && syn_backoff_ms(n, k->syn_linear, longest) < want)
		n++;
	return n == k->syn_retries ? 0 : n;
}

struct derive_plan derive(const struct config *c, const struct derive_kernel *k)
{
	struct derive_plan p = {0};
	int within = c->detect_within_ms;

	derive_keepalive(&p, c);
	if (k->has_rto_max && c->rto_max_ms == TIMEOUT_DERIVED)
		p.rto_max_ms = min(max(1000, within / max(1, k->retries2)), KERNEL_RTO_MAX_MS);
	else if (k->has_rto_max)
		p.rto_max_ms = c->rto_max_ms;

	if (c->user_timeout_ms != TIMEOUT_DERIVED) {
		p.user_timeout_ms = c->user_timeout_ms;
	} else if (!p.rto_max_ms) {
		p.user_timeout_ms = max(within, SAFE_USER_TIMEOUT_MS);
		p.raised = p.user_timeout_ms > within;
	}
	p.connect_timeout_ms =
		c->connect_timeout_ms == TIMEOUT_DERIVED ? within : c->connect_timeout_ms;
	p.syn_count = derive_syn_count(&p, k);
	return p;
}

static int idle_bound_ms(const struct derive_plan *p)
{
	int probes = p->count;

	if (!p->keepalive)
		return DERIVE_NEVER;
	/* With TCP_USER_TIMEOUT the count is ignored: the first probe time past it ends it. */
	if (p->user_timeout_ms)
		probes = max(1, (p->user_timeout_ms - 1000 * p->idle_s + 1000 * p->interval_s - 1) /
					(1000 * p->interval_s));
	return 1000 * (p->idle_s + probes * p->interval_s);
}

static int in_flight_bound_ms(const struct derive_plan *p, const struct derive_kernel *k)
{
	int longest = p->rto_max_ms ? p->rto_max_ms : KERNEL_RTO_MAX_MS;
	long long bound;

	if (p->user_timeout_ms) /* counted from the first retransmission, checked at the next */
		bound = p->user_timeout_ms + min(longest, p->user_timeout_ms / 10 + 500);
	else
		bound = backoff_ms(k->retries2 + 1, RTO_MIN_MS, longest);
	return bound > NEVER_MS ? DERIVE_NEVER : (int)bound;
}

struct derive_bounds derive_bounds(const struct derive_plan *p, const struct derive_kernel *k)
{
	int longest = p->rto_max_ms ? p->rto_max_ms : KERNEL_RTO_MAX_MS;
	int retries = p->syn_count ? p->syn_count : k->syn_retries;
	long long own = syn_backoff_ms(retries, k->syn_linear, longest);
	struct derive_bounds b = {
		.idle_ms = idle_bound_ms(p),
		.in_flight_ms = in_flight_bound_ms(p, k),
		.connect_ms = (int)own,
	};

	if (p->connect_timeout_ms && p->connect_timeout_ms < own)
		b.connect_ms = p->connect_timeout_ms;
	return b;
}
