/* SPDX-License-Identifier: MIT */
/* filter: what -e lets through, but for peers. */
#include "filter_fixture.h"

static void nothing_asked(void **state)
{
	const struct event e = fixture_event(EVENT_PROCESS, NULL, 0);
	const char *const none[] = {NULL};

	(void)state;
	assert_true(passes_all(e, none));
}

static void calls(void **state)
{
	const struct event sent = call(CALL_send, 5), open = fixture_event(EVENT_OPEN, &conn, 0);

	(void)state;
	PASSES(sent, "send");
	PASSES(sent, "trace=recv,send");
	STAYS(sent, "recv,sendto");
	PASSES(sent, "%out");
	STAYS(sent, "%in,%wait,%open,%close,%dup,%option");
	PASSES(call(CALL_read, 5), "send,%in");
	PASSES(call(CALL_poll, 1), "%wait");
	PASSES(call(CALL_accept, 1), "%open");
	PASSES(call(CALL_shutdown, 0), "%close");
	PASSES(call(CALL_close, 0), "%close");
	PASSES(call(CALL_fcntl, 8), "%dup");
	PASSES(call(CALL_getsockopt, 0), "%option");
	STAYS(open, "send");
	STAYS(open, "%open");
}

static void negated(void **state)
{
	const struct event sent = call(CALL_send, 5), open = fixture_event(EVENT_OPEN, &conn, 0);

	(void)state;
	STAYS(sent, "!send,recv");
	STAYS(sent, "trace=!send");
	STAYS(sent, "!trace=send");
	PASSES(sent, "!recv,close");
	PASSES(open, "!send");
	STAYS(open, "!fd=7");
	STAYS(sent, "!peer=:5432");
	PASSES(sent, "!failed");
}

static void several_must_all_hold(void **state)
{
	const struct event sent = call(CALL_send, 5);

	(void)state;
	PASSES(sent, "send", "fd=7", "peer=:5432");
	STAYS(sent, "send", "fd=8");
	STAYS(sent, "fd=8", "send");
	STAYS(sent, "send", "!send");
}

static void kinds_of_events(void **state)
{
	static const char *const name[] = {"event=call", "event=open", "event=armed",
		"event=verdict", "event=close", "event=process", "event=lost"};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(name); i++)
		for (unsigned kind = EVENT_CALL; kind <= EVENT_LOST; kind++)
			assert_int_equal(passes_all(fixture_event((enum event_kind)kind, NULL, 0),
						 (const char *const[]){name[i], NULL}),
				kind == i);
	PASSES(fixture_event(EVENT_OPEN, NULL, 0), "event=call,open");
}

static void descriptors(void **state)
{
	struct event e = call(CALL_send, 8);

	(void)state;
	PASSES(e, "fd=7");
	PASSES(e, "fd=8,7");
	STAYS(e, "fd=8"); /* bytes */
	STAYS(e, "fd=77");
	PASSES(call(CALL_accept, 8), "fd=8");
	PASSES(call(CALL_dup, 8), "fd=8");
	STAYS(call(CALL_connect, 0), "fd=0");
	STAYS(call(CALL_listen, 0), "fd=0");
	PASSES(fixture_event(EVENT_CLOSE, &conn, 0), "fd=7");
	STAYS(fixture_event(EVENT_PROCESS, NULL, 0), "fd=0");
	e = fixture_event(EVENT_PROCESS, NULL, 0);
	e.ret = 9; /* no call, no result */
	e.class = CLASS_MOVE;
	STAYS(e, "fd=9");
}

static void processes(void **state)
{
	struct event e = call(CALL_send, 5);

	(void)state;
	e.tid = 43;
	PASSES(e, "pid=42");
	PASSES(e, "pid=1,43");
	STAYS(e, "pid=4");
	PASSES(e, "prog=psql");
	PASSES(e, "prog=nginx,ps*");
	STAYS(e, "prog=ps");
	PASSES(fixture_event(EVENT_PROCESS, NULL, 0), "prog=p?ql");
}

static void failures(void **state)
{
	const struct event good = call(CALL_recv, 0), bad = call(CALL_recv, -EPIPE);
	struct event verdict;

	(void)state;
	PASSES(bad, "failed");
	PASSES(bad, "errno=EPIPE");
	PASSES(bad, "errno=ECONNRESET,32");
	STAYS(bad, "errno=ECONNRESET");
	STAYS(good, "failed");
	STAYS(good, "errno=EPIPE");
	PASSES(call(CALL_recv, -EAGAIN), "errno=EWOULDBLOCK");
	verdict = fixture_event(EVENT_VERDICT, &conn, 0);
	fixture_story.evidence.error = ETIMEDOUT;
	PASSES(verdict, "failed");
	PASSES(verdict, "errno=ETIMEDOUT");
	STAYS(verdict, "errno=EPIPE");
	STAYS(fixture_event(EVENT_OPEN, &conn, 0), "failed");
}

static void durations(void **state)
{
	struct event e = call(CALL_recv, 1); /* 2 ms */

	(void)state;
	PASSES(e, "slower=2ms");
	PASSES(e, "slower=1999us");
	STAYS(e, "slower=2001us");
	STAYS(e, "slower=1s");
	PASSES(e, "!slower=3ms");
	STAYS(fixture_event(EVENT_OPEN, &conn, 0), "slower=0ms");
}

/* Only who asks for kinds of events does without. */
static void lost_events_pass(void **state)
{
	struct event e = fixture_event(EVENT_LOST, NULL, 0);

	(void)state;
	PASSES(e, "send", "fd=9", "peer=:1", "pid=1", "prog=x", "failed", "errno=EPIPE",
		"slower=1h");
	PASSES(e, "!send");
	STAYS(e, "event=call");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(nothing_asked, setup),
		cmocka_unit_test_setup(calls, setup),
		cmocka_unit_test_setup(negated, setup),
		cmocka_unit_test_setup(several_must_all_hold, setup),
		cmocka_unit_test_setup(kinds_of_events, setup),
		cmocka_unit_test_setup(descriptors, setup),
		cmocka_unit_test_setup(processes, setup),
		cmocka_unit_test_setup(failures, setup),
		cmocka_unit_test_setup(durations, setup),
		cmocka_unit_test_setup(lost_events_pass, setup),
	};

	return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
