/* SPDX-License-Identifier: MIT */
/* Format summary to the letter, and that it stays within its 100 columns whatever it is given. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "format_fixture.h"
#include "policy/verdict.h"

/* clang-format off */
static const char whole[] =
"x.rec: 62.0 s from 2026-11-21 12:00:00.000000 on db1\n"
"2 connections, 1 failed, 1 open; 1 process, 13 events\n"
"LOST: 3 events; every figure is short of what they held.\n"
"MISSING: the last 12 bytes\n"
"\n"
"WHERE THE TIME WENT              TIME    SHARE     MOST  OF\n"
"----------------------------------------------------------------------------------------------------\n"
"waiting for the peer           61.9 s   50.0 %   60.9 s  -> 10.0.0.2:5432\n"
"in the program                 61.7 s   49.9 %   60.7 s  <- 10.0.0.9:51234\n"
"sending                       3.00 ms    0.0 %  2.00 ms  -> 10.0.0.2:5432\n"
"connecting                    3.00 ms    0.0 %  3.00 ms  -> 10.0.0.2:5432\n"
"quiet at the end              1.00 ms    0.0 %  1.00 ms  -> 10.0.0.2:5432\n"
"\n"
"CONNECTION (-> out, <- in)     LASTED  CONNECT  PROGRAM     PEER  SENDING       IN      OUT    CALLS\n"
"   process, descriptor       1ST BYTE  SILENCE      RTT  RETRANS  ENDED\n"
"----------------------------------------------------------------------------------------------------\n"
"-> 10.0.0.2:5432               62.0 s  3.00 ms   1.01 s   60.9 s  2.00 ms  4.00 kB    128 B        5\n"
"   psql[42] fd 7               209 ms   60.7 s   401 us       15  timeout\n"
"   ! ETIMEDOUT, by retransmission, seen by result, unacknowledged 64 B, last sent 60.7 s before,\n"
"     received 61.7 s before, acknowledged 61.7 s before\n"
"<- 10.0.0.9:51234              61.7 s        0   60.7 s   1.00 s  1.00 ms    100 B  1.00 MB        4\n"
"   psql[42] fd 8 :80           1.00 s   60.7 s        -        -  open, sent last, 0 ago\n"
"\n"
"PROCESS                         LIVED    CALLS   FAILED       IN      OUT IN CALLS  WAITING     LOST\n"
"----------------------------------------------------------------------------------------------------\n"
"psql[42]                       62.0 s       10        1  4.10 kB  1.00 MB   62.2 s   1.00 s        3\n"
"\n"
"psql[42]                         TIME    SHARE    CALLS   FAILED    AGAIN     MEAN  LONGEST    BYTES\n"
"----------------------------------------------------------------------------------------------------\n"
"recv                           60.9 s   98.0 %        4        1        1   15.2 s   60.7 s  4.10 kB\n"
"epoll_wait                     1.00 s    1.6 %        1        0        0   1.00 s   1.00 s        0\n"
"accept                         220 ms    0.3 %        1        0        0   220 ms   220 ms        0\n"
"connect                       3.00 ms    0.0 %        1        0        0  3.00 ms  3.00 ms        0\n"
"send                          3.00 ms    0.0 %        3        0        0  1.00 ms  1.00 ms  1.00 MB\n"
"slowest:    60.7 s at 12:00:01.226000  recv(7) = -1 ETIMEDOUT           -> 10.0.0.2:5432\n"
"            200 ms at 12:00:00.012000  recv(7) = 4000                   -> 10.0.0.2:5432\n"
"           3.00 ms at 12:00:00.000000  connect(7) = 0                   -> 10.0.0.2:5432\n"
"           1.00 ms at 12:00:00.010000  send(7) = 64                     -> 10.0.0.2:5432\n"
"           1.00 ms at 12:00:01.224000  send(7) = 64                     -> 10.0.0.2:5432\n";
/* clang-format on */

static const struct story_evidence dead = {.known = 1,
	.cause = CAUSE_TIMEOUT,
	.method = METHOD_RETRANSMISSION,
	.seen = METHOD_RESULT,
	.death = 1,
	.error = ETIMEDOUT,
	.rtt_us = 401,
	.retrans = 15,
	.unacked = 64,
	.last_data_sent_ms = 60775,
	.last_data_recv_ms = 61788,
	.last_ack_recv_ms = 61788};

static void put_evidence(struct fixture_output *o, enum event_kind kind, struct connection *c,
	int64_t at, struct story_evidence its)
{
	struct event e = fixture_event(kind, c, at);

	fixture_story.evidence = its;
	fixture_put(o, e);
}

static void a_client_whose_peer_died_and_a_server_at_work(void **state)
{
	struct connection a = fixture_conn(1, CONN_CONNECT, fixture_ip(2, 5432));
	struct connection b = fixture_conn(2, CONN_ACCEPT, fixture_ip(9, 51234));
	struct fixture_output o;
	struct event e;
	char *text;

	(void)state;
	fixture_open(&o, &printer_summary);
	fixture_put(&o, fixture_call(&a, CALL_connect, CLASS_OPEN, 0, 3, 0));
	fixture_put(&o, fixture_call(&a, CALL_send, CLASS_OUT, 10, 11, 64));
	fixture_put(&o, fixture_call(&a, CALL_recv, CLASS_IN, 12, 212, 4000));
	fixture_put(&o, fixture_call(&b, CALL_accept, CLASS_OPEN, 0, 220, 8));
	fixture_put(&o, fixture_call(&b, CALL_recv, CLASS_IN, 222, 222, -EAGAIN));
	fixture_put(&o, fixture_call(NULL, CALL_epoll_wait, CLASS_WAIT, 222, 1222, 1));
	fixture_put(&o, fixture_call(&b, CALL_recv, CLASS_IN, 1223, 1223, 100));
	fixture_put(&o, fixture_call(&a, CALL_send, CLASS_OUT, 1224, 1225, 64));
	fixture_put(&o, fixture_call(&a, CALL_recv, CLASS_IN, 1226, 62000, -ETIMEDOUT));
	put_evidence(&o, EVENT_VERDICT, &a, 62000, dead);
	put_evidence(&o, EVENT_CLOSE, &a, 62001, (struct story_evidence){.closed_by = SIDE_US});
	fixture_put(&o, fixture_call(&b, CALL_send, CLASS_OUT, 62002, 62003, 1000000));
	e = fixture_event(EVENT_LOST, NULL, 62003);
	e.lost = 3;
	fixture_put(&o, e);
	text = fixture_close(&o, "the last 12 bytes");
	assert_string_equal(text, whole);
	free(text);
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no \"%s\" in:\n%s", part, text);
}

static void nothing_recorded_is_said(void **state)
{
	struct fixture_output o;
	char *text;

	(void)state;
	fixture_open(&o, &printer_summary);
	text = fixture_close(&o, "");
	assert_string_equal(text, "x.rec: no events on db1\n"
				  "0 connections, 0 failed, 0 open; 0 processes, 0 events\n");
	free(text);
}

static void an_exit_is_its_processs_and_none_of_its_own(void **state)
{
	struct fixture_output o;
	struct event e = fixture_event(EVENT_PROCESS, NULL, 2);
	char *text;

	(void)state;
	fixture_open(&o, &printer_summary);
	fixture_put(&o, fixture_call(NULL, CALL_poll, CLASS_WAIT, 0, 1, 0));
	fixture_story.head = 1 << 8 | STORY_EXIT;
	fixture_story.program.value = 3 << 8;
	e.process = 0;
	e.prog = "";
	fixture_put(&o, e);
	text = fixture_close(&o, "");
	has(text, "; 1 process, 2 events\n");
	has(text, "\npsql[42], exit 3 ");
	free(text);
}

/* How a connection that did this, and then was closed or not, is said to have ended. */
static void ends_as(enum conn_how how, struct event e, bool closed, uint8_t by, const char *ended)
{
	struct connection c = fixture_conn(1, how, fixture_ip(2, 80));
	struct fixture_output o;
	char *text;

	fixture_open(&o, &printer_summary);
	e.conn = &c;
	e.fd = 7;
	fixture_put(&o, e);
	if (closed)
		put_evidence(&o, EVENT_CLOSE, &c, 2000, (struct story_evidence){.closed_by = by});
	else
		fixture_put(&o, fixture_call(NULL, CALL_poll, CLASS_WAIT, 2000, 2000, 0));
	text = fixture_close(&o, "");
	has(text, ended);
	free(text);
}

static void the_end_is_told_in_words(void **state)
{
	const struct event got = fixture_call(NULL, CALL_recv, CLASS_IN, 0, 1, 5),
			   gave = fixture_call(NULL, CALL_send, CLASS_OUT, 0, 1, 5),
			   eof = fixture_call(NULL, CALL_recv, CLASS_IN, 0, 1, 0),
			   refused = fixture_call(
				   NULL, CALL_connect, CLASS_OPEN, 0, 1, -ECONNREFUSED),
			   pending =
				   fixture_call(NULL, CALL_connect, CLASS_OPEN, 0, 1, -EINPROGRESS);

	(void)state;
	ends_as(CONN_CONNECT, got, true, SIDE_US, "  closed by us\n");
	ends_as(CONN_CONNECT, got, true, SIDE_PEER, "  closed by peer\n");
	ends_as(CONN_CONNECT, got, true, SIDE_NONE, "  closed\n");
	ends_as(CONN_CONNECT, got, false, 0, "  open, received last, 1.99 s ago\n");
	ends_as(CONN_CONNECT, gave, false, 0, "  open, sent last, 1.99 s ago\n");
	ends_as(CONN_CONNECT, eof, false, 0, "  open, half-closed by the peer\n");
	ends_as(CONN_CONNECT, refused, true, SIDE_NONE, "  ECONNREFUSED\n");
	ends_as(CONN_CONNECT, pending, false, 0, "  never connected\n");
}

/* Everything as long as it can be. */
static struct connection monster(uint64_t id)
{
	struct connection c = fixture_conn(id, id % 2 ? CONN_CONNECT : CONN_ACCEPT,
		(struct endpoint){.family = AF_INET6,
			.port = 65535,
			.scope = UINT32_MAX,
			.ip = {0xfe, 0x80}});

	memset(c.open.end[1].ip + 8, 0xf7, 8);
	c.pid = UINT32_MAX;
	if (id % 3)
		return c;
	c.open.socket = SOCKET_UNIX;
	memset(c.open.path, '\033', sizeof(c.open.path) - 1);
	return c;
}

static void check_lines(const char *text)
{
	for (const char *end; *text; text = end + 1) {
		end = strchr(text, '\n');
		assert_non_null(end);
		if (end - text > 100 || (end > text && end[-1] == ' '))
			fail_msg("%d columns: %.*s|", (int)(end - text), (int)(end - text), text);
		for (const char *p = text; p < end; p++)
			assert_in_range(*p, ' ', '~');
	}
}

static void nothing_is_wider_than_100_columns(void **state)
{
	static struct connection c[40];
	struct story_evidence worst;
	struct fixture_output o;
	char *text;

	(void)state;
	memset(&worst, 0xff, sizeof(worst));
	worst.cause = CAUSE_UNREACHABLE;
	worst.method = METHOD_RETRANSMISSION;
	fixture_open(&o, &printer_summary);
	for (unsigned i = 0; i < 40; i++) {
		struct event e;

		c[i] = monster(i + 1);
		e = fixture_call(&c[i], CALL_sendmmsg, CLASS_OUT, 0, 1, -ETIMEDOUT);
		e.prog = "\033[31m\n\"a name of a program that is quite long, and hostile\377";
		e.process = i;
		e.fd = INT32_MAX;
		e.start_ns = i % 2 ? NOON : INT64_MIN;
		e.end_ns = INT64_MAX;
		e.bytes = INT64_MAX;
		fixture_put(&o, e);
		if (i % 4 == 0)
			put_evidence(&o, EVENT_VERDICT, &c[i], 3, worst);
	}
	text = fixture_close(&o, "\033]0;of that and more, of which there is so much that it does "
				 "not fit on one line of a hundred columns");
	check_lines(text);
	has(text, "\\33[31m");
	has(text, "unreachable");
	has(text, "... 20 more; ");
	free(text);
}

static void of_many_the_failed_the_slow_and_the_large_are_shown(void **state)
{
	enum { MANY = 1000 };
	struct fixture_output o;
	char *text;

	(void)state;
	fixture_open(&o, &printer_summary);
	for (uint16_t i = 1; i <= MANY; i++) {
		struct connection c = fixture_conn(i, CONN_ACCEPT, fixture_ip(9, i));

		if (i == 500)
			c.open.end[1] = fixture_ip(8, i);
		fixture_put(&o, fixture_call(&c, CALL_recv, CLASS_IN, 0, i == 600 ? 9000 : 1,
					i == 700 ? -ECONNRESET : 5));
		fixture_put(&o, fixture_call(&c, CALL_recv, CLASS_IN, 0, 1, i == 800 ? 99 : 5));
		if (i == 700)
			put_evidence(&o, EVENT_VERDICT, &c, 2,
				(struct story_evidence){.cause = CAUSE_RESET});
		put_evidence(&o, EVENT_CLOSE, &c, 2, (struct story_evidence){0});
	}
	text = fixture_close(&o, "");
	has(text, "<- 10.0.0.9:600 ");
	has(text, "<- 10.0.0.9:700 ");
	has(text, "<- 10.0.0.9:800 ");
	has(text, "\n... 980 more; ");
	has(text, "\n<- 10.0.0.9                       999        1 ");
	has(text, "\n<- 10.0.0.8                         1        0 ");
	has(text, "\nall                              1000        1 ");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_whose_peer_died_and_a_server_at_work),
		cmocka_unit_test(nothing_recorded_is_said),
		cmocka_unit_test(an_exit_is_its_processs_and_none_of_its_own),
		cmocka_unit_test(the_end_is_told_in_words),
		cmocka_unit_test(nothing_is_wider_than_100_columns),
		cmocka_unit_test(of_many_the_failed_the_slow_and_the_large_are_shown),
	};

	return cmocka_run_group_tests_name("summary", tests, NULL, NULL);
}
