/* SPDX-License-Identifier: MIT */
/* What each figure of a summary means: tally_turn.h and tally_conn.h, case by case. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "event_fixture.h"
#include "policy/verdict.h"
#include "tally.h"

/* The account of the only connection, which ended. */
static const struct tally_conn *only(struct tally *t)
{
	tally_end(t);
	assert_int_equal(t->best[TALLY_FIRST].count, 1);
	return t->best[TALLY_FIRST].kept[0];
}

static struct tally_conn account(struct connection *c, struct event *e, size_t count)
{
	struct tally *t = tally_new();
	struct tally_conn copy;

	for (size_t i = 0; i < count; i++)
		tally_event(t, &e[i]);
	(void)c;
	copy = *only(t);
	tally_free(t);
	return copy;
}

static void peeking_moves_nothing_and_errors_no_bytes(void **state)
{
	struct connection c = fixture_conn(1, CONN_ACCEPT, fixture_ip(2, 5432));
	struct event e[] = {fixture_call(&c, CALL_accept, CLASS_OPEN, 0, 1, 8),
		fixture_call(&c, CALL_recv, CLASS_IN, 1, 11, 5),
		fixture_call(&c, CALL_recvmsg, CLASS_IN, 12, 20, 5),
		fixture_call(&c, CALL_recv, CLASS_IN, 21, 21, 5)};
	struct tally_conn its;

	(void)state;
	e[1].flags = MSG_PEEK;
	e[2].flags = MSG_ERRQUEUE;
	e[1].bytes = e[2].bytes = 0;
	its = account(&c, e, 4);
	assert_int_equal(its.bytes_in, 5);
	assert_int_equal(its.first_byte_ns, 20 * MS);
	/* The peek waited for the peer; the error queue has nothing of the peer's. */
	assert_int_equal(its.turn.peer_ns, 10 * MS);
	assert_int_equal(its.turn.program_ns, 10 * MS);
}

static void so_error_tells_how_connect_went(void **state)
{
	struct connection c = fixture_conn(1, CONN_CONNECT, fixture_ip(2, 5432));
	struct event e[] = {fixture_call(&c, CALL_connect, CLASS_OPEN, 0, 1, -EINPROGRESS),
		fixture_call(&c, CALL_getsockopt, CLASS_OPTION, 30, 31, 0)};
	struct tally_conn its;

	(void)state;
	e[1].asked = SOL_SOCKET << 16 | SO_ERROR;
	e[1].flags = ECONNREFUSED;
	its = account(&c, e, 2);
	assert_int_equal(its.connecting_ns, 30 * MS);
	assert_int_equal(its.error, ECONNREFUSED);
	assert_true(tally_conn_failed(&its));
	assert_false(its.up);
	e[1].flags = 0;
	c.user = NULL;
	its = account(&c, e, 2);
	assert_false(tally_conn_failed(&its));
	assert_true(its.up);
}

static void the_first_failure_is_kept_and_the_last_evidence(void **state)
{
	struct connection c = fixture_conn(1, CONN_CONNECT, fixture_ip(2, 5432));
	struct tally *t = tally_new();
	struct story_evidence told[] = {{.cause = CAUSE_CLOSED, .known = 1, .rtt_us = 1},
		{.cause = CAUSE_RESET, .known = 1, .rtt_us = 2},
		{.cause = CAUSE_BROKEN_PIPE, .known = 1, .rtt_us = 3}, {.closed_by = SIDE_PEER}};
	const struct tally_conn *its;
	struct event e = fixture_call(&c, CALL_connect, CLASS_OPEN, 0, 1, 0);

	(void)state;
	tally_event(t, &e);
	for (int i = 0; i < 4; i++) {
		e = fixture_event(i < 3 ? EVENT_VERDICT : EVENT_CLOSE, &c, 2 + i);
		fixture_story.evidence = told[i];
		tally_event(t, &e);
	}
	its = only(t);
	assert_int_equal(its->verdict.cause, CAUSE_RESET);
	assert_int_equal(its->evidence.rtt_us, 3);
	assert_int_equal(its->evidence.closed_by, SIDE_PEER);
	tally_free(t);
}

/* A verdict is told within the call that it is about, and so comes before that. */
static void who_dials_anew_begins_anew(void **state)
{
	struct connection c = fixture_conn(1, CONN_CONNECT, fixture_ip(2, 5432));
	struct event dial = fixture_call(&c, CALL_connect, CLASS_OPEN, 0, 2, -ECONNREFUSED), told;

	(void)state;
	for (int again = 0; again < 2; again++) {
		struct tally *t = tally_new();

		told = fixture_event(EVENT_VERDICT, &c, 1);
		fixture_story.evidence.cause = CAUSE_REFUSED;
		fixture_story.evidence.error = ECONNREFUSED;
		tally_event(t, &told);
		tally_event(t, &dial);
		if (again) {
			struct event went_well =
				fixture_call(&c, CALL_connect, CLASS_OPEN, 10, 11, 0);

			tally_event(t, &went_well);
		}
		assert_int_equal(tally_conn_failed(only(t)), !again);
		tally_free(t);
		c.user = NULL;
	}
}

static void who_has_no_peer_goes_by_the_first_address(void **state)
{
	struct connection c = {.id = 1, .process = 1, .pid = 42};
	struct endpoint first = fixture_ip(2, 53), second = fixture_ip(3, 53);
	struct event e[] = {fixture_call(&c, CALL_sendto, CLASS_OUT, 0, 0, 5),
		fixture_call(&c, CALL_recvfrom, CLASS_IN, 0, 0, 5)};
	struct tally_conn its;
	char name[TALLY_NAME_MAX];

	(void)state;
	e[0].address = &first;
	e[1].address = &second;
	its = account(&c, e, 2);
	assert_string_equal(tally_peers_name(&its.conn, name), "-- 10.0.0.2:53 udp");
	c.user = NULL;
	e[0].call = CALL_connect;
	e[0].class = CLASS_OPEN;
	its = account(&c, e, 2);
	assert_string_equal(tally_peers_name(&its.conn, name), "-> 10.0.0.2:53");
}

static void an_empty_datagram_is_no_end_of_stream(void **state)
{
	static const enum story_socket sockets[] = {
		SOCKET_TCP, SOCKET_UNIX, SOCKET_UDP, SOCKET_UNIX_DGRAM, SOCKET_OTHER};

	(void)state;
	for (int i = 0; i < 5; i++) {
		struct connection c = fixture_conn(1, CONN_CONNECT, fixture_ip(2, 5432));
		struct event e = fixture_call(&c, CALL_recv, CLASS_IN, 0, 0, 0);

		c.open.socket = (uint8_t)sockets[i];
		assert_int_equal(account(&c, &e, 1).eof, i < 2);
	}
}

static void listeners_and_idle_sockets_are_no_connections(void **state)
{
	struct connection c[] = {fixture_conn(1, CONN_SOCKET, (struct endpoint){0}),
		fixture_conn(2, CONN_INHERITED, fixture_ip(2, 80))};
	struct tally *t = tally_new();
	struct event e = fixture_call(&c[0], CALL_listen, CLASS_OPEN, 0, 0, 0);

	(void)state;
	tally_event(t, &e);
	e = fixture_call(&c[1], CALL_close, CLASS_CLOSE, 0, 0, 0);
	tally_event(t, &e);
	tally_end(t);
	assert_int_equal(t->sum.conns, 0);
	tally_free(t);
}

static void many_connections_take_no_more_memory_and_are_all_counted(void **state)
{
	enum { MANY = 20000 };
	struct tally *t = tally_new();
	struct tally_sum sum;

	(void)state;
	for (unsigned i = 1; i <= MANY; i++) {
		struct connection c = fixture_conn(i, CONN_CONNECT, fixture_ip(2, (uint16_t)i));
		struct event e = fixture_call(&c, CALL_connect, CLASS_OPEN, i, i + 1, 0);

		c.process = e.process = i / 10;
		tally_event(t, &e);
		e = fixture_call(&c, CALL_recv, CLASS_IN, i + 1, i + 2 + (i == 777), 10);
		e.process = i / 10;
		tally_event(t, &e);
		e = fixture_event(EVENT_CLOSE, &c, i + 2);
		tally_event(t, &e);
		assert_null(c.user);
	}
	assert_null(t->alive);
	tally_end(t);
	assert_int_equal(t->sum.conns, MANY);
	sum = t->peers.rest;
	for (unsigned i = 0; i < t->peers.count; i++)
		tally_peers_add(&sum, &t->peers.kept[i].sum);
	assert_memory_equal(&sum, &t->sum, sizeof(sum));
	assert_int_equal(t->peers.count + t->peers.folded, MANY);
	assert_int_equal(t->processes.count + t->processes.folded, MANY / 10 + 1);
	assert_int_equal(t->most[PART_PEER]->conn.id, 777);
	assert_int_equal(t->best[TALLY_TIME].kept[0]->conn.id, 777);
	tally_free(t);
}

static void times_that_make_no_sense_do_no_harm(void **state)
{
	struct connection c = fixture_conn(1, CONN_CONNECT, fixture_ip(2, 5432));
	struct tally *t = tally_new();
	const int64_t moments[] = {INT64_MAX, INT64_MIN, 0, -1, INT64_MIN, INT64_MAX};

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(moments) / sizeof(moments[0]); i++) {
		struct event e = fixture_call(
			&c, i % 2 ? CALL_send : CALL_recv, i % 2 ? CLASS_OUT : CLASS_IN, 0, 0, 1);

		e.start_ns = moments[i];
		e.end_ns = moments[i + 1];
		tally_event(t, &e);
	}
	assert_int_equal(only(t)->calls, 5);
	tally_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(peeking_moves_nothing_and_errors_no_bytes),
		cmocka_unit_test(so_error_tells_how_connect_went),
		cmocka_unit_test(the_first_failure_is_kept_and_the_last_evidence),
		cmocka_unit_test(who_dials_anew_begins_anew),
		cmocka_unit_test(who_has_no_peer_goes_by_the_first_address),
		cmocka_unit_test(an_empty_datagram_is_no_end_of_stream),
		cmocka_unit_test(listeners_and_idle_sockets_are_no_connections),
		cmocka_unit_test(many_connections_take_no_more_memory_and_are_all_counted),
		cmocka_unit_test(times_that_make_no_sense_do_no_harm),
	};

	return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}
