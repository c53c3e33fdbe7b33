/* SPDX-License-Identifier: MIT */
/* print_text: times, connections, and a line for every kind of story. */
#include <errno.h>
#include <time.h>

#include "policy/verdict.h"
#include "runtime/value_types.h"
#include "sys/compiler.h"
#include "sys/tcpinfo.h"
#include "text_fixture.h"

static void numbers_of_no_word(void **state)
{
	static const enum event_kind kinds[] = {
		EVENT_OPEN, EVENT_ARMED, EVENT_VERDICT, EVENT_CLOSE, EVENT_PROCESS};
	struct event e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		e = fixture_event(kinds[i], NULL, 0);
		memset(&fixture_story, 0xff, sizeof(fixture_story));
		is_harmless(printed(e));
	}
}

static void times(void **state)
{
	struct event e = call(CALL_close, 5, 0, 0, 0);
	struct fixture_output o;
	char *text;

	(void)state;
	e.start_ns += 1500000;
	e.end_ns = e.start_ns + 2000001000;
	fixture_options.time = TIME_OF_DAY;
	says(e, "12:00:00 [42] close(5) = 0 <2.000001>");
	fixture_options.time = TIME_SECONDS;
	says(e, "1795262400.001500 [42] close(5) = 0 <2.000001>");
	fixture_options.time = TIME_RELATIVE;
	fixture_open(&o, &printer_text);
	fixture_put(&o, e);
	e.start_ns += 1000000000;
	fixture_put(&o, e);
	e.start_ns -= 1000;
	fixture_put(&o, e);
	text = fixture_close(&o, "");
	assert_string_equal(text, "+0.000000 [42] close(5) = 0 <2.000001>\n"
				  "+1.000000 [42] close(5) = 0 <1.000001>\n"
				  "-0.000001 [42] close(5) = 0 <1.000002>\n");
	free(text);
}

/* Before 1970, and as far off as 64 bits can hold: nothing is trusted. */
static void times_far_off(void **state)
{
	struct event e = call(CALL_close, 5, 0, 0, 0);

	(void)state;
	e.start_ns = -1;
	e.end_ns = 0;
	says(e, "23:59:59.999999 [42] close(5) = 0 <0.000000>");
	e.start_ns = INT64_MIN;
	e.end_ns = INT64_MAX;
	says(e, "00:12:43.145224 [42] close(5) = 0 <18446744073.709551>");
	fixture_options.time = TIME_RELATIVE;
	says(e, "+0.000000 [42] close(5) = 0 <18446744073.709551>");
}

static void local_time_zone(void **state)
{
	struct event e = call(CALL_close, 5, 0, 0, 0);
	struct fixture_output o;
	char *text;

	(void)state;
	fixture_open(&o, &printer_text);
	setenv("TZ", "XXX-05:30", 1);
	tzset();
	fixture_put(&o, e);
	e.start_ns -= 1;
	fixture_put(&o, e);
	setenv("TZ", "UTC", 1);
	tzset();
	text = fixture_close(&o, "");
	assert_string_equal(text, "17:30:00.000000 [42] close(5) = 0 <0.000000>\n"
				  "17:29:59.999999 [42] close(5) = 0 <0.000000>\n");
	free(text);
}

static void connections(void **state)
{
	struct event e = fixture_call(&conn, CALL_close, CLASS_CLOSE, 0, 0, 0);

	(void)state;
	conn.open.end[1].family = 0;
	says(e, AT "10.0.0.1:40000 close(7) = 0 <0.000000>");
	conn.open.end[0].family = 0;
	says(e, AT "close(7) = 0 <0.000000>");
	conn.open.end[1].family = AF_INET;
	says(e, AT "→10.0.0.2:5432 close(7) = 0 <0.000000>");
	conn.open.socket = SOCKET_UNIX;
	strcpy(conn.open.path, "/run/x");
	says(e, AT "unix→unix:/run/x close(7) = 0 <0.000000>");
	conn.open.named = NAMED_LOCAL;
	says(e, AT "unix:/run/x→unix close(7) = 0 <0.000000>");
	conn.open.how = CONN_ACCEPT;
	conn.open.named = NAMED_PEER;
	says(e, AT "unix→unix:/run/x close(7) = 0 <0.000000>");
	conn.open.named = NAMED_UNSAID;
	says(e, AT "unix:/run/x→unix close(7) = 0 <0.000000>");
	conn.opened = false;
	says(e, AT "close(7) = 0 <0.000000>");
}

static void stories(void **state)
{
	struct event e = fixture_event(EVENT_OPEN, &conn, 0);

	(void)state;
	fixture_story.open = (struct story_open){.cookie = 4711, .how = CONN_ACCEPT};
	says(e, ON "open fd=7 how=accept socket=tcp cookie=4711");
	e = fixture_event(EVENT_ARMED, &conn, 0);
	fixture_story.armed = (struct story_armed){60, 5, 3, 75000, -1, -1};
	says(e, ON "armed fd=7 idle=60s interval=5s count=3 user_timeout=75000ms");
	e = fixture_event(EVENT_LOST, NULL, 0);
	e.lost = 1;
	says(e, "12:00:00.000000 --- 1 event lost here ---");
	e.lost = 3;
	says(e, "12:00:00.000000 --- 3 events lost here ---");
}

static const struct story_evidence evidence = {
	.known = 1,
	.state = TCPINFO_CLOSE,
	.cause = CAUSE_TIMEOUT,
	.method = METHOD_KEEPALIVE,
	.seen = METHOD_SO_ERROR,
	.action = ACTION_SHUTDOWN,
	.death = 1,
	.error = ETIMEDOUT,
	.rtt_us = 412,
	.retrans = 1,
	.probes = 3,
	.unsent = 2,
	.last_data_sent_ms = 75100,
	.last_data_recv_ms = 75000,
	.last_ack_recv_ms = 75001,
	.age_ms = 80000,
	.bytes_in = 512,
	.bytes_out = 64,
	.unacked = 6,
};

static void verdict_and_close(void **state)
{
	struct event e = fixture_event(EVENT_VERDICT, &conn, 0);

	(void)state;
	fixture_story.evidence = evidence;
	says(e, ON "verdict fd=7 cause=timeout method=keepalive via=so-error errno=ETIMEDOUT "
		   "age=80.000s state=CLOSE in=512 out=64 rtt=0.412ms retrans=1 probes=3 unacked=6 "
		   "unsent=2 last_sent=75.100s last_received=75.000s last_ack=75.001s "
		   "action=shutdown");
	fixture_story.evidence = (struct story_evidence){
		.cause = CAUSE_CLOSED, .method = METHOD_EOF, .seen = METHOD_EOF};
	says(e, ON "verdict fd=7 cause=closed method=eof age=0.000s");
	e.kind = EVENT_CLOSE;
	fixture_story.evidence = evidence;
	fixture_story.evidence.closed_by = SIDE_PEER;
	says(e, ON "close fd=7 age=80.000s state=CLOSE in=512 out=64 rtt=0.412ms retrans=1 "
		   "closed_by=peer");
	fixture_story.evidence = (struct story_evidence){.age_ms = 10, .closed_by = SIDE_US};
	says(e, ON "close fd=7 age=0.010s closed_by=us");
}

static void process_says(enum story_kind kind, uint32_t value, const char *line)
{
	struct event e = fixture_event(EVENT_PROCESS, NULL, 0);

	fixture_story.head = kind;
	fixture_story.program.value = value;
	strcpy(fixture_story.program.text, "a\"b");
	says(e, line);
}

static void processes(void **state)
{
	(void)state;
	process_says(STORY_START, 41, AT "start \"a\\\"b\" ppid=41");
	process_says(STORY_START, 0, AT "start \"a\\\"b\"");
	process_says(STORY_FORK, 41, AT "fork \"a\\\"b\" ppid=41");
	process_says(STORY_EXEC, 0, AT "exec \"a\\\"b\"");
	process_says(STORY_EXIT, 3 << 8, AT "+++ exited with 3 +++");
	process_says(STORY_EXIT, 9, AT "+++ killed by SIGKILL +++");
	process_says(STORY_EXIT, 11 | 0x80, AT "+++ killed by SIGSEGV (core dumped) +++");
	process_says(STORY_EXIT, 40, AT "+++ killed by signal 40 +++");
	process_says(STORY_STRICT, 0,
		AT "strict: filters its system calls, nothing more is recorded of it");
}

static void what_is_missing(void **state)
{
	struct fixture_output o;
	char *text;

	(void)state;
	fixture_open(&o, &printer_text);
	text = fixture_close(&o, "the file ends\n early");
	assert_string_equal(text, "--- the file ends\\n early ---\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(numbers_of_no_word),
		TEST(times),
		TEST(times_far_off),
		TEST(local_time_zone),
		TEST(connections),
		TEST(stories),
		TEST(verdict_and_close),
		TEST(processes),
		TEST(what_is_missing),
	};

	return cmocka_run_group_tests_name("print_text", tests, NULL, NULL);
}
