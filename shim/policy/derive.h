/* SPDX-License-Identifier: MIT */
/*
 * From the options to what the kernel is told: DESIGN.md 7 as one pure function.
 * KERNEL.md 1-3 and 6 measure why each value is what it is.
 */
#ifndef PEERLESS_POLICY_DERIVE_H
#define PEERLESS_POLICY_DERIVE_H

#include <stdbool.h>

#include "runtime/config.h"

/* What the kernel's own settings contribute. */
struct derive_kernel {
	bool has_rto_max; /* TCP_RTO_MAX_MS: Linux 6.15 */
	int retries2;     /* net.ipv4.tcp_retries2; 15 by default */
	int syn_retries;  /* net.ipv4.tcp_syn_retries; 6 by default */
	int syn_linear;   /* net.ipv4.tcp_syn_linear_timeouts; 4 since Linux 6.5, else 0 */
};

struct derive_plan {
	bool keepalive; /* false: SO_KEEPALIVE is left alone */
	int idle_s, interval_s, count;
	int rto_max_ms;         /* TCP_RTO_MAX_MS; 0: left alone */
	int user_timeout_ms;    /* TCP_USER_TIMEOUT once connected; 0: none */
	int connect_timeout_ms; /* TCP_USER_TIMEOUT until connected; 0: none */
	int syn_count; /* TCP_SYNCNT, so that only the deadline ends a connect; 0: left alone */
	bool raised;   /* USER_TIMEOUT was derived longer than DETECT_WITHIN: old kernel */
};

/* No latest moment: the kernel never gives up, or it takes over an hour. */
#define DERIVE_NEVER (-1)

/* When a dead peer is noticed at the latest, in ms from its death. */
struct derive_bounds {
	int idle_ms;      /* nothing in flight */
	int in_flight_ms; /* unacknowledged data */
	int connect_ms;
};

struct derive_plan derive(const struct config *c, const struct derive_kernel *k);
struct derive_bounds derive_bounds(const struct derive_plan *p, const struct derive_kernel *k);

#endif
