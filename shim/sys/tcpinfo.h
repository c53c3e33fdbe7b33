/* SPDX-License-Identifier: MIT */
/*
 * What the kernel knows of a TCP connection, as verdicts need it: one getsockopt(TCP_INFO), a raw
 * system call that consumes no pending error.  Fields that the running kernel lacks are zero.
 */
#ifndef PEERLESS_SYS_TCPINFO_H
#define PEERLESS_SYS_TCPINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The kernel's numbers, include/net/tcp_states.h. */
enum tcpinfo_state {
	TCPINFO_ESTABLISHED = 1,
	TCPINFO_SYN_SENT,
	TCPINFO_SYN_RECV,
	TCPINFO_FIN_WAIT1,
	TCPINFO_FIN_WAIT2,
	TCPINFO_TIME_WAIT,
	TCPINFO_CLOSE,
	TCPINFO_CLOSE_WAIT,
	TCPINFO_LAST_ACK,
	TCPINFO_LISTEN,
	TCPINFO_CLOSING,
};

struct tcpinfo {
	enum tcpinfo_state state;
	unsigned retransmits; /* of the oldest unacknowledged segment, in a row; 0 after death */
	unsigned probes;      /* keepalive or window probes without an answer */
	unsigned backoff;
	uint32_t rto_ms;
	uint32_t
		unacked_segments; /* 0 after death: the queue is purged; LISTEN: the accept queue */
	uint32_t rtt_us;          /* smoothed */
	/* Since the last byte sent or received, or since the handshake where there was none. */
	uint32_t last_data_sent_ms, last_data_recv_ms;
	uint32_t last_ack_recv_ms;
	uint64_t bytes_sent; /* payload handed to the network, each retransmission again */
	uint64_t bytes_retrans;
	uint64_t bytes_acked;    /* payload only: SYN and FIN are taken out */
	uint64_t bytes_received; /* payload; in state CLOSE the peer's FIN may be counted as one */
	uint64_t unacked_bytes;  /* sent and never acknowledged; still right after death */
	bool fin_acked;          /* our FIN was, or, where `opened` was not known, the SYN */
	uint32_t notsent_bytes;
	uint32_t total_retrans; /* segments, over the whole life */
	uint32_t segs_in;       /* segments ever received */
	uint32_t snd_wnd;       /* what the peer said it can take; Linux 6.2, else 0 */
};

/*
 * 0 or -Exxx (-EOPNOTSUPP or -ENOPROTOOPT: not TCP; -ENOTSOCK, -EBADF); *info is zeroed then.
 * opened: this side called connect(); the kernel counts the ACK of such a side's SYN as a byte.
 * AS-safe; errno is kept.
 */
int tcpinfo_read(int fd, bool opened, struct tcpinfo *info);

/*
 * The same of a struct tcp_info that the kernel has written elsewhere (sock_diag), len bytes of any
 * alignment: what is missing is zero, what is beyond ours is not looked at.  Where nobody knows who
 * opened, false: bytes_acked may then be one too many, unacked_bytes one too few, never less than
 * 0.
 */
void tcpinfo_from(const void *kernel, size_t len, bool opened, struct tcpinfo *info);

/* "ESTABLISHED", "CLOSE_WAIT", ...; "?" for a number that is no state. */
const char *tcpinfo_state_name(enum tcpinfo_state state);

#endif
