/* SPDX-License-Identifier: MIT */
/* watch_table: what a row says, the order of rows, and that no line is longer than it may be. */
#include <sys/param.h>

#include "watch_fixture.h"
#include "watch_table.h"

static char *printed(const struct watch_table_options *o)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	watch_table_print(out, rows, count, o);
	fclose(out);
	return text;
}

static void says(const char *expected)
{
	char *text = printed(NULL);

	assert_string_equal(text, expected);
	free(text);
}

/* Lines of printable ASCII; how many, and how long the longest is. */
static unsigned lines(const char *text, size_t *longest)
{
	unsigned n = 0;

	for (*longest = 0; *text; text += strcspn(text, "\n") + 1, n++) {
		size_t len = strcspn(text, "\n");

		for (size_t i = 0; i < len; i++)
			assert_in_range(text[i], ' ', '~');
		assert_int_equal(text[len], '\n');
		*longest = MAX(*longest, len);
	}
	return n;
}

static void every_state(void)
{
	for (unsigned s = JUDGE_OK; s <= JUDGE_DEAD; s++)
		add_row((enum judge_state)s);
}

#define TITLES                                                                             \
	"VERDICT     PEER                  PROCESS FD         IDLE FLIGHT  RETRANS    RTT" \
	"    AGE STATE\n"

static void nothing_to_watch(void **state)
{
	(void)state;
	says("No TCP connection.\n");
}

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

/* The kernel's times of a handshake mean nothing. */
static void a_handshake(void **state)
{
	(void)state;
	socket_of(add_row(JUDGE_CONNECTING))->info.state = TCPINFO_SYN_SENT;
	says("1 connection of 1 process: 1 connecting\n\n" TITLES
	     "connecting  10.0.0.2:5432         psql[42] 7            -      0        - 35.1ms"
	     " 16m40s SYN_SENT\n");
}

/* Do these stand in the table one after the other? */
static void in_order(const char *const *what)
{
	char *text = printed(NULL), *at = text;

	for (; *what; what++) {
		at = strstr(at, *what);
		if (!at)
			fail_msg("\"%s\" is missing or too early in\n%s", *what, text);
	}
	free(text);
}

static void worst_first(void **state)
{
	(void)state;
	every_state();
	in_order((const char *[]){"\n\n", "\ndead ", "\nsuspect ", "\nleaked ", "\nslow ",
		"\npeer-closed ", "\nclosing ", "\nconnecting ", "\nidle ", "\nok ", NULL});
	assert_ptr_equal(rows[0].socket, &sockets[0]); /* the caller's are as they were */
}

static void then_longest_then_by_peer(void **state)
{
	(void)state;
	add_row(JUDGE_IDLE); /* 7 */
	socket_of(add_row(JUDGE_IDLE))->peer.ip[3] = 1;
	socket_of(add_row(JUDGE_IDLE))->peer.port = 443;
	add_row(JUDGE_IDLE)->judgement.state_ms = 3201; /* 10 */
	add_row(JUDGE_IDLE)->judgement.state_ms = 3199;
	add_row(JUDGE_IDLE); /* 12 */
	add_row(JUDGE_IDLE)->pid = 41;
	in_order((const char *[]){"[42] 10 ", "[42] 8 ", "[42] 9 ", "[41] 13 ", "[42] 7 ",
		"[42] 12 ", "[42] 11 ", NULL});
}

static void extreme(struct watch_row *r)
{
	struct tcpinfo *info = &socket_of(r)->info;
	enum tcpinfo_state state = info->state;

	memset(info, 0xff, sizeof(*info));
	info->state = state;
	info->retransmits = info->probes = 255;
	info->unacked_bytes = UINT32_MAX;
	socket_of(r)->rqueue = UINT32_MAX;
	socket_of(r)->timer = SOCKDIAG_TIMER_PROBE;
	r->pid = INT32_MAX;
	r->fd = INT32_MAX;
	r->program = "\033]0;a very long name\007";
	r->age_ms = r->judgement.state_ms = INT64_MAX;
	r->judgement.cause = CAUSE_CONNECT_TIMEOUT;
	r->judgement.method = METHOD_RETRANSMISSION;
	r->armed = false;
}

/* Whatever is in them; IPv4 and IPv6 of all lengths; terminals of all widths. */
static void no_line_is_too_long(void **state)
{
	struct watch_table_options o = {0};
	size_t longest;

	(void)state;
	every_state();
	every_state();
	every_state();
	for (size_t i = 9; i < count; i++)
		extreme(&rows[i]);
	for (size_t i = 18; i < count; i++)
		sockets[i].peer = sockets[i].local = longest_end();
	memset(sockets[9].peer.ip, 0xff, 4);
	sockets[9].peer.port = 65535;
	for (o.columns = 40; o.columns <= 300; o.columns++) {
		char *text = printed(&o);

		lines(text, &longest);
		assert_true(longest <= MIN(o.columns, 100));
		if (o.columns >= 75)
			assert_non_null(strstr(text, "%4294967295]:65535\n"));
		assert_non_null(strstr(text, "\nok          255.255.255.255:65535"));
		free(text);
	}
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
	     "      0 ESTABLISHED\n");
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

/* As many rows as there are lines for, and what the others are. */
static void cut_to_a_terminal(void **state)
{
	struct watch_table_options o = {0};
	size_t longest;

	(void)state;
	every_state();
	every_state();
	for (o.lines = 5; o.lines < 40; o.lines++) {
		char *text = printed(&o);
		unsigned used = lines(text, &longest);

		/* 18 rows, 8 of them of two lines, and 4 lines above them. */
		assert_true(used <= MIN(o.lines, 30u));
		assert_true(used + 2 > MIN(o.lines, 30u));
		assert_int_equal(!strstr(text, "\n... "), o.lines >= 30);
		free(text);
	}
	o.lines = 9;
	o.columns = 80;
	in_order((const char *[]){"18 connections of 1 process: 2 dead", NULL});
	char *text = printed(&o);
	assert_non_null(strstr(text, "\n... 16 more: 2 suspect, 2 leaked, 2 slow, 2 peer-closed"));
	free(text);
}

static void colours(void **state)
{
	struct watch_table_options o = {.colour = true};
	char *text;

	(void)state;
	every_state();
	text = printed(&o);
	assert_non_null(strstr(text, "\n\033[31mdead\033[0m        10.0.0.2:5432 "));
	assert_non_null(strstr(text, "\n\033[33msuspect\033[0m     10.0.0.2:5432 "));
	assert_non_null(strstr(text, "\n\033[33mleaked\033[0m      10.0.0.2:5432 "));
	assert_non_null(strstr(text, "\nslow        10.0.0.2:5432 "));
	free(text);
	assert_false(watch_table_colour(-1));
}

#define TEST(name) cmocka_unit_test_setup(name, no_rows)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_to_watch),
		TEST(one_row),
		TEST(a_suspect),
		TEST(slow_and_leaked),
		TEST(a_handshake),
		TEST(worst_first),
		TEST(then_longest_then_by_peer),
		TEST(no_line_is_too_long),
		TEST(figures_of_every_size),
		TEST(names_make_room),
		TEST(long_peers),
		TEST(cut_to_a_terminal),
		TEST(colours),
	};

	return cmocka_run_group_tests_name("watch_table", tests, NULL, NULL);
}
