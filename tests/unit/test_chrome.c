/* SPDX-License-Identifier: MIT */
/* Format chrome to the letter, and that what lies on one track nests. */
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
static const char whole[] = "[\n"
"{\"ph\":\"M\",\"pid\":42,\"tid\":42,\"name\":\"process_name\",\"args\":{\"name\":\"psql\"}},\n"
"{\"ph\":\"M\",\"pid\":42,\"tid\":4194304,\"name\":\"thread_name\",\"args\":{\"name\":\"10.0.0.2:5432 (fd 7)\"}},\n"
"{\"ph\":\"X\",\"pid\":42,\"tid\":4194304,\"ts\":0.000,\"dur\":3000.000,\"name\":\"connect\",\"args\":{\"tid\":42,\"fd\":7,\"ret\":0,\"address\":\"10.0.0.2:5432\"}},\n"
"{\"ph\":\"i\",\"pid\":42,\"tid\":4194304,\"ts\":3000.000,\"s\":\"t\",\"name\":\"open\",\"args\":{\"fd\":7,\"how\":\"connect\",\"socket\":\"tcp\",\"local\":\"10.0.0.1:40000\",\"peer\":\"10.0.0.2:5432\"}},\n"
"{\"ph\":\"M\",\"pid\":42,\"tid\":4194304,\"name\":\"thread_name\",\"args\":{\"name\":\"10.0.0.2:5432 (fd 7)\"}},\n"
"{\"ph\":\"X\",\"pid\":42,\"tid\":4194304,\"ts\":10000.005,\"dur\":999.995,\"name\":\"send\",\"args\":{\"tid\":42,\"fd\":7,\"ret\":64,\"bytes\":64,\"asked\":64,\"flags\":\"MSG_NOSIGNAL\"}},\n"
"{\"ph\":\"X\",\"pid\":42,\"tid\":4194304,\"ts\":12000.000,\"dur\":8000.000,\"name\":\"recv\",\"args\":{\"tid\":42,\"fd\":7,\"ret\":-1,\"errno\":\"ECONNRESET\",\"bytes\":0,\"asked\":4096}},\n"
"{\"ph\":\"i\",\"pid\":42,\"tid\":4194304,\"ts\":20000.000,\"s\":\"t\",\"name\":\"reset\",\"args\":{\"fd\":7,\"method\":\"result\",\"seen\":\"result\",\"errno\":\"ECONNRESET\"}},\n"
"{\"ph\":\"i\",\"pid\":42,\"tid\":4194304,\"ts\":21000.000,\"s\":\"t\",\"name\":\"close\",\"args\":{\"fd\":7,\"closed_by\":\"us\",\"state\":\"CLOSE\",\"rtt_us\":401,\"retrans\":0,\"unacked\":0,\"bytes_in\":0,\"bytes_out\":64}},\n"
"{\"ph\":\"M\",\"pid\":42,\"tid\":42,\"name\":\"thread_name\",\"args\":{\"name\":\"psql\"}},\n"
"{\"ph\":\"X\",\"pid\":42,\"tid\":42,\"ts\":21000.000,\"dur\":79000.000,\"name\":\"poll\",\"args\":{\"tid\":42,\"ret\":0,\"asked\":1,\"timeout_ms\":79}},\n"
"{\"ph\":\"i\",\"pid\":42,\"tid\":42,\"ts\":101000.000,\"s\":\"p\",\"name\":\"exec\",\"args\":{\"value\":0,\"text\":\"/bin/\\\"sh\\n\"}},\n"
"{\"ph\":\"i\",\"pid\":42,\"tid\":42,\"ts\":102000.000,\"s\":\"g\",\"name\":\"lost\",\"args\":{\"lost\":3}}\n"
"]\n";
/* clang-format on */

static void every_kind_of_event(void **state)
{
	struct connection c = fixture_conn(1, CONN_CONNECT, fixture_ip(2, 5432));
	struct fixture_output o;
	struct event e;
	char *text;

	(void)state;
	fixture_open(&o, &printer_chrome);
	e = fixture_call(&c, CALL_connect, CLASS_OPEN, 0, 3, 0);
	e.address = &c.open.end[1];
	fixture_put(&o, e);
	fixture_put(&o, fixture_event(EVENT_OPEN, &c, 3));
	e = fixture_call(&c, CALL_send, CLASS_OUT, 10, 11, 64);
	e.start_ns += 5;
	e.flags = MSG_NOSIGNAL;
	fixture_put(&o, e);
	fixture_put(&o, fixture_call(&c, CALL_recv, CLASS_IN, 12, 20, -ECONNRESET));
	e = fixture_event(EVENT_VERDICT, &c, 20);
	fixture_story.evidence = (struct story_evidence){
		.cause = CAUSE_RESET, .method = METHOD_RESULT, .error = ECONNRESET};
	fixture_put(&o, e);
	e = fixture_event(EVENT_CLOSE, &c, 21);
	fixture_story.evidence = (struct story_evidence){
		.known = 1, .state = 7, .closed_by = SIDE_US, .rtt_us = 401, .bytes_out = 64};
	fixture_put(&o, e);
	assert_null(c.user);
	e = fixture_call(NULL, CALL_poll, CLASS_WAIT, 21, 100, 0);
	e.asked = 1;
	e.flags = 79;
	fixture_put(&o, e);
	e = fixture_event(EVENT_PROCESS, NULL, 101);
	fixture_story.head = 1 << 8 | STORY_EXEC;
	strcpy(fixture_story.program.text, "/bin/\"sh\n");
	fixture_put(&o, e);
	e = fixture_event(EVENT_LOST, NULL, 102);
	e.lost = 3;
	fixture_put(&o, e);
	text = fixture_close(&o, "");
	assert_string_equal(text, whole);
	free(text);
}

static void nothing_is_an_empty_array(void **state)
{
	struct fixture_output o;
	char *text;

	(void)state;
	fixture_open(&o, &printer_chrome);
	text = fixture_close(&o, "");
	assert_string_equal(text, "[]\n");
	free(text);
}

/* The track of the n-th complete event, counted from 0. */
static unsigned track(const char *text, unsigned n)
{
	unsigned tid = 0;

	for (text = strstr(text, "\"ph\":\"X\""); text && n; n--)
		text = strstr(text + 1, "\"ph\":\"X\"");
	assert_non_null(text);
	assert_int_equal(sscanf(text, "\"ph\":\"X\",\"pid\":42,\"tid\":%u", &tid), 1);
	return tid;
}

/* A thread that receives all the time and one that sends, and a third beside them. */
static void calls_that_overlap_are_on_tracks_of_their_own(void **state)
{
	static const int64_t times[][2] = {
		{1, 2}, {3, 4}, {0, 5}, {6, 7}, {6, 8}, {5, 9}, {9, 10}, {9, 11}};
	static const unsigned lane[] = {0, 0, 1, 0, 1, 2, 0, 1};
	struct connection c = fixture_conn(1, CONN_CONNECT, fixture_ip(2, 5432));
	struct fixture_output o;
	char *text;

	(void)state;
	fixture_open(&o, &printer_chrome);
	for (size_t i = 0; i < 8; i++)
		fixture_put(&o, fixture_call(&c, CALL_recv, CLASS_IN, times[i][0], times[i][1], 1));
	text = fixture_close(&o, "");
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(track(text, i), 4194304 + lane[i]);
	assert_non_null(strstr(text, "\"10.0.0.2:5432 (fd 7) overlapping 2\""));
	free(text);
}

static void tracks_are_not_used_twice(void **state)
{
	struct connection a = fixture_conn(1, CONN_CONNECT, fixture_ip(2, 5432)), b = a;
	struct fixture_output o;
	char *text;

	(void)state;
	fixture_open(&o, &printer_chrome);
	fixture_put(&o, fixture_call(&a, CALL_recv, CLASS_IN, 0, 1, 1));
	fixture_put(&o, fixture_event(EVENT_CLOSE, &a, 2));
	fixture_put(&o, fixture_call(&b, CALL_recv, CLASS_IN, 3, 4, 1));
	text = fixture_close(&o, "");
	assert_int_equal(track(text, 1), track(text, 0) + 1);
	free(text);
}

static void times_before_the_start_are_negative_and_names_follow_exec(void **state)
{
	struct fixture_output o;
	struct event e = fixture_call(NULL, CALL_poll, CLASS_WAIT, -2, 1, 0);
	char *text;

	(void)state;
	fixture_open(&o, &printer_chrome);
	fixture_put(&o, e);
	e.process++;
	e.prog = "\"\\\033\n";
	fixture_put(&o, e);
	text = fixture_close(&o, "");
	assert_non_null(strstr(text, "\"ts\":-2000.000,\"dur\":3000.000,"));
	assert_non_null(
		strstr(text, "\"process_name\",\"args\":{\"name\":\"\\\"\\\\\\u001b\\n\"}}"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_event),
		cmocka_unit_test(nothing_is_an_empty_array),
		cmocka_unit_test(calls_that_overlap_are_on_tracks_of_their_own),
		cmocka_unit_test(tracks_are_not_used_twice),
		cmocka_unit_test(times_before_the_start_are_negative_and_names_follow_exec),
	};

	return cmocka_run_group_tests_name("chrome", tests, NULL, NULL);
}
