/* SPDX-License-Identifier: MIT */
/* Rows of peerless watch, made by hand, and what a view prints of them. */
#ifndef PEERLESS_TESTS_WATCH_FIXTURE_H
#define PEERLESS_TESTS_WATCH_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "event_fixture.h"
#include "sys/compiler.h"
#include "watch_row.h"

enum { ROWS_MAX = 64 };

static struct sockdiag_socket sockets[ROWS_MAX];
static struct watch_row rows[ROWS_MAX];
static size_t count;

static inline int no_rows(void **state)
{
	(void)state;
	memset(sockets, 0, sizeof(sockets));
	memset(rows, 0, sizeof(rows));
	count = 0;
	return 0;
}

/* psql[42]'s next descriptor, from 10.0.0.1:40000 to 10.0.0.2:5432, armed, in this state for 3.2 s.
 */
static inline struct watch_row *add_row(enum judge_state state)
{
	struct sockdiag_socket *k = &sockets[count];
	struct watch_row *r = &rows[count];

	k->cookie = 700 + count;
	k->local = fixture_ip(1, 40000);
	k->peer = fixture_ip(2, 5432);
	k->info.state = TCPINFO_ESTABLISHED;
	k->info.last_data_sent_ms = 12000;
	k->info.last_data_recv_ms = 412;
	k->info.last_ack_recv_ms = 3200;
	k->info.rtt_us = 35100;
	r->pid = 42;
	r->fd = 7 + (int)count;
	r->program = "psql";
	r->age_ms = 1000000;
	r->asked = r->armed = true;
	r->socket = k;
	r->judgement.state = state;
	r->judgement.state_ms = 3200;
	count++;
	return r;
}

/* What is behind row->socket, to be changed. */
static inline struct sockdiag_socket *socket_of(const struct watch_row *r)
{
	return &sockets[r - rows];
}

/* An IPv6 address that is as long as one can be. */
static inline struct endpoint longest_end(void)
{
	struct endpoint end = {.family = AF_INET6, .port = 65535, .scope = UINT32_MAX};

	memset(end.ip, 0xff, sizeof(end.ip));
	return end;
}

#endif
