/* SPDX-License-Identifier: MIT */
/* watch_table: the order of rows, and that no line is longer than it may be. */
#include <sys/param.h>

#include "watch_table_fixture.h"

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

static void nothing_to_watch(void **state)
{
	(void)state;
	says("No TCP connection.\n");
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

/* Whole columns. */
static void a_narrow_terminal_has_fewer_columns(void **state)
{
	struct watch_table_options o = {.columns = 80};
	char *text;

	(void)state;
	add_row(JUDGE_OK);
	text = printed(&o);
	assert_non_null(strstr(text, "  RETRANS    RTT\nok "));
	assert_non_null(strstr(text, "        - 35.1ms\n"));
	free(text);
	o.columns = 79;
	text = printed(&o);
	assert_non_null(strstr(text, "  RETRANS\nok "));
	assert_non_null(strstr(text, "      0        -\n"));
	free(text);
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
		TEST(worst_first),
		TEST(then_longest_then_by_peer),
		TEST(a_narrow_terminal_has_fewer_columns),
		TEST(no_line_is_too_long),
		TEST(cut_to_a_terminal),
		TEST(colours),
	};

	return cmocka_run_group_tests_name("watch_table", tests, NULL, NULL);
}
