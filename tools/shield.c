/* SPDX-License-Identifier: MIT */
/* See shield.h. */
#include "shield.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "sys/sockopt.h"
#include "sys/tcpinfo.h"

bool shield_wanted(struct shield *s, const struct tcpinfo *info, int64_t now_ms)
{
	if (info->total_retrans != s->total_retrans) {
		s->total_retrans = info->total_retrans;
		s->retrans_ms = now_ms;
	}
	if (!info->unacked_segments || !info->snd_wnd || !s->retrans_ms ||
		now_ms - s->retrans_ms > SHIELD_CALM_MS) {
		s->struggle_ms = 0;
		return false;
	}
	if (!s->struggle_ms) {
		s->struggle_ms = now_ms;
		s->acked = info->bytes_acked;
	}
	return now_ms - s->struggle_ms >= SHIELD_AFTER_MS && info->bytes_acked > s->acked;
}

int shield_set(struct shield *s, int fd, bool on)
{
	int now, rc = sockopt_get_int(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &now);

	if (!rc && now == (on ? 0 : SHIELD_MS))
		rc = sockopt_set_int(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, on ? SHIELD_MS : 0);
	if (!rc)
		s->on = on;
	return rc;
}
