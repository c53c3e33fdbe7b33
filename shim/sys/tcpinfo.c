/* SPDX-License-Identifier: MIT */
/*
 * TCP_INFO to struct tcpinfo.  <linux/tcp.h> because its struct reaches up to tcpi_snd_wnd (232
 * bytes in Debian 12); that of <netinet/tcp.h> ends at tcpi_total_retrans, and the two clash.
 *
 * Measured over loopback, Linux 6.18, 10 bytes sent and acknowledged: tcpi_bytes_acked is 11 on
 * the side that called connect() (its SYN counts) and 10 on the accepting one (its SYN does not);
 * one more on either side once the own FIN is acknowledged.  tcpi_bytes_received counts the
 * peer's FIN, not its SYN.  A reset changes none of them.
 */
#include "sys/tcpinfo.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

#include "sys/compiler.h"
#include "sys/raw.h"

static uint64_t minus(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static bool peer_fin_seen(enum tcpinfo_state state)
{
	return state == TCPINFO_CLOSE_WAIT || state == TCPINFO_LAST_ACK ||
	       state == TCPINFO_CLOSING || state == TCPINFO_TIME_WAIT;
}

static void count_bytes(struct tcpinfo *info, const struct tcp_info *k, bool opened)
{
	uint64_t sent_once = minus(k->tcpi_bytes_sent, k->tcpi_bytes_retrans);
	uint64_t acked = minus(k->tcpi_bytes_acked, opened);

	/* A FIN is acknowledged last, so the excess can only be it. */
	info->fin_acked = acked > sent_once;
	info->bytes_acked = acked < sent_once ? acked : sent_once;
	info->unacked_bytes = sent_once - info->bytes_acked;
	info->bytes_sent = k->tcpi_bytes_sent;
	info->bytes_retrans = k->tcpi_bytes_retrans;
	info->bytes_received = minus(k->tcpi_bytes_received, peer_fin_seen(info->state));
}

static void convert(struct tcpinfo *info, const struct tcp_info *k, bool opened)
{
	info->state = k->tcpi_state;
	info->retransmits = k->tcpi_retransmits;
	info->probes = k->tcpi_probes;
	info->backoff = k->tcpi_backoff;
	info->rto_ms = k->tcpi_rto / 1000;
	info->unacked_segments = k->tcpi_unacked;
	info->rtt_us = k->tcpi_rtt;
	info->last_data_sent_ms = k->tcpi_last_data_sent;
	info->last_data_recv_ms = k->tcpi_last_data_recv;
	info->last_ack_recv_ms = k->tcpi_last_ack_recv;
	/* After connect(AF_UNSPEC) all is counted anew but this, which is a window's size. */
	if (k->tcpi_state != TCPINFO_CLOSE || k->tcpi_segs_out)
		info->notsent_bytes = k->tcpi_notsent_bytes;
	info->total_retrans = k->tcpi_total_retrans;
	info->segs_in = k->tcpi_segs_in;
	info->snd_wnd = k->tcpi_snd_wnd;
	count_bytes(info, k, opened);
}

int tcpinfo_read(int fd, bool opened, struct tcpinfo *info)
{
	/* Zeroed: an older kernel writes less of it. */
	struct tcp_info k = {0};
	socklen_t len = sizeof(k);
	int rc = (int)raw5(SYS_getsockopt, fd, IPPROTO_TCP, TCP_INFO, (long)&k, (long)&len);

	*info = (struct tcpinfo){0};
	if (rc < 0)
		return rc;
	convert(info, &k, opened);
	return 0;
}

void tcpinfo_from(const void *kernel, size_t len, bool opened, struct tcpinfo *info)
{
	struct tcp_info k = {0};

	memcpy(&k, kernel, len < sizeof(k) ? len : sizeof(k));
	*info = (struct tcpinfo){0};
	convert(info, &k, opened);
}

const char *tcpinfo_state_name(enum tcpinfo_state state)
{
	static const char *const name[] = {
		[TCPINFO_ESTABLISHED] = "ESTABLISHED",
		[TCPINFO_SYN_SENT] = "SYN_SENT",
		[TCPINFO_SYN_RECV] = "SYN_RECV",
		[TCPINFO_FIN_WAIT1] = "FIN_WAIT1",
		[TCPINFO_FIN_WAIT2] = "FIN_WAIT2",
		[TCPINFO_TIME_WAIT] = "TIME_WAIT",
		[TCPINFO_CLOSE] = "CLOSE",
		[TCPINFO_CLOSE_WAIT] = "CLOSE_WAIT",
		[TCPINFO_LAST_ACK] = "LAST_ACK",
		[TCPINFO_LISTEN] = "LISTEN",
		[TCPINFO_CLOSING] = "CLOSING",
	};

	return state >= TCPINFO_ESTABLISHED && state < ARRAY_SIZE(name) ? name[state] : "?";
}
