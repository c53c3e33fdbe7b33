/* SPDX-License-Identifier: MIT */
/* watch_cells: what a row of the table says. */
#include "watch_table_fixture.h"

#define TITLES                                                                             \
	"VERDICT     PEER                  PROCESS FD         IDLE FLIGHT  RETRANS    RTT" \
	"    AGE STATE\n"

static void one_row(void **state)
{
	(void)state;
	add_row(JUDGE_IDLE);
	says("1 connection of 1 process: 1 idle\n\n" TITLES
	     "idle        10.0.0.2:5432         psql[42] 7        412ms      0        - 35.1ms"
	     " 16m40s ESTABLISHED\n");
}

static void a_suspect(void **state)
{
	struct watch_row *r = add_row(JUDGE_SUSPECT);
	struct sockdiag_socket *k = socket_of(r);

	(void)state;
	r->judgement.cause = CAUSE_TIMEOUT;
	r->judgement.method = METHOD_RETRANSMISSION;
	k->info.unacked_bytes = 4000;
	k->info.notsent_bytes = 96;
	k->info.retransmits = 3;
	k->info.total_retrans = 12;
	k->info.rtt_us = 0;
	says("1 connection of 1 process: 1 suspect\n\n" TITLES
	     "suspect     10.0.0.2:5432         psql[42] 7        412ms 4.09kB     3/12      -"
	     " 16m40s ESTABLISHED\n"
	     "            for 3.20s: timeout by retransmission, acknowledged 3.20s ago, "
	     "from 10.0.0.1:40000\n");
}

static void slow_and_leaked(void **state)
{
	struct watch_row *slow = add_row(JUDGE_SLOW), *leaked = add_row(JUDGE_LEAKED);

	(void)state;
	leaked->pid = 43;
	leaked->armed = false;
	leaked->judgement.state_ms = 180000;
	socket_of(leaked)->rqueue = 5;
	socket_of(leaked)->info.state = TCPINFO_CLOSE_WAIT;
	socket_of(slow)->timer = SOCKDIAG_TIMER_PROBE;
	socket_of(slow)->info.probes = 1;
	says("2 connections of 2 processes: 1 leaked, 1 slow\n\n" TITLES
	     "leaked      10.0.0.2:5432         psql[43] 8        412ms      0        - 35.1ms"
	     " 16m40s CLOSE_WAIT\n"
	     "            for 180s, acknowledged 3.20s ago, 5B unread, from 10.0.0.1:40000, "
	     "not armed\n"
	     "slow        10.0.0.2:5432         psql[42] 7        412ms      0        - 35.1ms"
	     " 16m40s ESTABLISHED\n"
	     "            for 3.20s, window closed, 1 probe unanswered, acknowledged 3.20s ago\n");
}

static void the_first_look(void **state)
{
	struct watch_row *r = add_row(JUDGE_SLOW);

	(void)state;
	r->age_ms = r->judgement.state_ms = 0;
	socket_of(r)->timer = SOCKDIAG_TIMER_PROBE;
	in_order((const char *[]){
		" 35.1ms      - ESTABLISHED\n            now, window closed, ", NULL});
}

/* The kernel's times of a handshake mean nothing. */
static void a_handshake(void **state)
{
	(void)state;
	socket_of(add_row(JUDGE_CONNECTING))->info.state = TCPINFO_SYN_SENT;
	says("1 connection of 1 process: 1 connecting\n\n" TITLES
	     "connecting  10.0.0.2:5432         psql[42] 7            -      0        - 35.1ms"
	     " 16m40s SYN_SENT\n");
}

static void figures_of_every_size(void **state)
{
	struct watch_row *r = add_row(JUDGE_OK);
	struct tcpinfo *info = &socket_of(r)->info;

	(void)state;
	info->last_data_recv_ms = info->last_data_sent_ms = 0;
	info->unacked_bytes = UINT32_MAX;
	info->retransmits = 255;
	info->total_retrans = UINT32_MAX;
	info->rtt_us = UINT32_MAX;
	r->age_ms = 3650ll * 86400000;
	says("1 connection of 1 process: 1 ok\n\n" TITLES
	     "ok          10.0.0.2:5432         psql[42] 7            0 4.29GB   255/4G  1h11m"
	     "  3650d ESTABLISHED\n");
	info->retransmits = 0;
	info->total_retrans = 123456;
	info->last_data_recv_ms = info->last_data_sent_ms = UINT32_MAX;
	info->rtt_us = 7;
	r->age_ms = -1;
	says("1 connection of 1 process: 1 ok\n\n" TITLES
	     "ok          10.0.0.2:5432         psql[42] 7       49d17h 4.29GB   0/123k 7.00us"
	     "      - ESTABLISHED\n");
}

/* A number that is cut says so. */
static void names_make_room(void **state)
{
	(void)state;
	add_row(JUDGE_OK)->program = "a-very-long-name";
	in_order((const char *[]){" a-very-lon[42] 7 ", NULL});
	rows[0].program = "a\033b";
	in_order((const char *[]){" a\\33b[42] 7 ", NULL});
	rows[0].pid = 4194304;
	rows[0].fd = 100000;
	in_order((const char *[]){" [4194304] 100000 ", NULL});
	rows[0].fd = 1048575;
	in_order((const char *[]){" [4194304] 10485~ ", NULL});
	rows[0].fd = -1;
	rows[0].program = NULL;
	in_order((const char *[]){" [4194304] ", NULL});
}

/* An IPv6 peer has a line of its own, with our own end where it fits. */
static void long_peers(void **state)
{
	struct sockdiag_socket *k = socket_of(add_row(JUDGE_IDLE));

	(void)state;
	k->peer = (struct endpoint){
		.family = AF_INET6, .port = 443, .ip = {0x20, 1, 0xd, 0xb8, [14] = 0xab, 0xcd}};
	k->local = k->peer;
	k->local.port = 50000;
	in_order((const char *[]){"\nidle        [2001:db8::abcd]:443  psql[42] 7 ", NULL});
	k->peer.ip[8] = k->local.ip[8] = 0x12;
	in_order((const char *[]){
		"\nidle        [2001:db8::1200:0:0:abcd]:443, from "
		"[2001:db8::1200:0:0:abcd]:50000\n                                  psql[42] 7 ",
		NULL});
}

#define TEST(name) cmocka_unit_test_setup(name, no_rows)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_row),
		TEST(a_suspect),
		TEST(slow_and_leaked),
		TEST(the_first_look),
		TEST(a_handshake),
		TEST(figures_of_every_size),
		TEST(names_make_room),
		TEST(long_peers),
	};

	return cmocka_run_group_tests_name("watch_cells", tests, NULL, NULL);
}
