/* SPDX-License-Identifier: MIT */
/* See watch_rows.h. */
#include "watch_rows.h"

#include <string.h>

#include "story_text.h"
#include "util.h"

#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

static int by_peer(const struct endpoint *a, const struct endpoint *b)
{
	int order = COMPARE(a->family, b->family);

	if (!order)
		order = memcmp(a->ip, b->ip, sizeof(a->ip));
	return order ? order : COMPARE(a->port, b->port);
}

/* A total order: the same rows come in the same order each second. */
static int by_need(const void *x, const void *y)
{
	const struct watch_row *a = *(const struct watch_row *const *)x;
	const struct watch_row *b = *(const struct watch_row *const *)y;
	int order = COMPARE(b->judgement.state, a->judgement.state);

	if (!order)
		order = COMPARE(b->judgement.state_ms, a->judgement.state_ms);
	if (!order)
		order = by_peer(&a->socket->peer, &b->socket->peer);
	if (!order)
		order = COMPARE(a->pid, b->pid);
	return order ? order : COMPARE(a->fd, b->fd);
}

const struct watch_row **watch_rows_sorted(const struct watch_row *rows, size_t n)
{
	const struct watch_row **sorted = die_if_null(malloc((n + 1) * sizeof(*sorted)));

	for (size_t i = 0; i < n; i++)
		sorted[i] = &rows[i];
	qsort(sorted, n, sizeof(*sorted), by_need);
	return sorted;
}

bool watch_rows_has_times(const struct watch_row *r)
{
	enum tcpinfo_state state = r->socket->info.state;

	return state != TCPINFO_SYN_SENT && state != TCPINFO_SYN_RECV;
}

uint32_t watch_rows_idle_ms(const struct watch_row *r)
{
	const struct tcpinfo *info = &r->socket->info;

	return info->last_data_sent_ms < info->last_data_recv_ms ? info->last_data_sent_ms
								 : info->last_data_recv_ms;
}

uint64_t watch_rows_in_flight(const struct watch_row *r)
{
	return r->socket->info.unacked_bytes + r->socket->info.notsent_bytes;
}

const char *watch_rows_cause(const struct watch_row *r)
{
	return story_text_cause(r->judgement.cause);
}

const char *watch_rows_method(const struct watch_row *r)
{
	return watch_rows_cause(r) ? story_text_method(r->judgement.method) : NULL;
}
