/* SPDX-License-Identifier: MIT */
/* Whose time it was: tally_turn.h and the times of tally_conn.h, a story per case. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "event_fixture.h"
#include "tally.h"

enum { CALLS_MAX = 10 };

/* A call: its times in ms, and what it returned. */
struct step {
	enum call_id call;
	int from, to, ret;
};

/* Sends in special roles. */
#define CUT_SHORT    CALL_sendmsg
#define OTHER_THREAD CALL_write

struct story_of {
	const char *what;
	enum conn_how how;
	struct step step[CALLS_MAX];
	int end;
	/* In ms. */
	unsigned connecting, program, peer, sending, quiet, first_byte, silence;
};

static const struct story_of stories[] = {
	{"a blocking client", CONN_CONNECT,
		{{CALL_connect, 0, 3, 0}, {CALL_send, 10, 11, 64}, {CALL_recv, 12, 20, 99},
			{CALL_send, 50, 51, 1}},
		.end = 60, .connecting = 3, .program = 7 + 30, .peer = 9, .sending = 1 + 1,
		.quiet = 9, .first_byte = 17, .silence = 31},
	{"the same by poll", CONN_CONNECT,
		{{CALL_connect, 0, 3, 0}, {CALL_send, 10, 11, 64}, {CALL_recv, 12, 12, -EAGAIN},
			{CALL_epoll_wait, 12, 20, 1}, {CALL_recv, 20, 20, 99},
			{CALL_send, 50, 51, 1}},
		.end = 60, .connecting = 3, .program = 7 + 30, .peer = 9, .sending = 1 + 1,
		.quiet = 9, .first_byte = 17, .silence = 31},
	{"connect that does not wait", CONN_CONNECT,
		{{CALL_connect, 0, 1, -EINPROGRESS}, {CALL_epoll_wait, 1, 40, 1},
			{CALL_send, 45, 46, 5}},
		.end = 50, .connecting = 45, .sending = 1, .quiet = 4, .silence = 4},
	{"connect that never came to an end", CONN_CONNECT, {{CALL_connect, 0, 1, -EINPROGRESS}},
		.end = 50, .connecting = 50},
	{"connect that fails", CONN_CONNECT, {{CALL_connect, 0, 5, -ECONNREFUSED}}, .end = 9,
		.connecting = 5},
	{"a server: it is the peer's turn first", CONN_ACCEPT,
		{{CALL_accept, 0, 100, 8}, {CALL_recv, 101, 130, 9}, {CALL_send, 150, 151, 5}},
		.end = 151, .program = 20, .peer = 30, .sending = 1, .first_byte = 30,
		.silence = 30},
	{"a server that speaks first", CONN_ACCEPT,
		{{CALL_accept, 0, 100, 8}, {CALL_send, 130, 131, 5}}, .end = 131, .program = 30,
		.sending = 1, .silence = 31},
	{"a slow reader: EAGAIN until the send that goes through", CONN_ACCEPT,
		{{CALL_accept, 0, 0, 8}, {CALL_send, 5, 5, -EAGAIN}, {CALL_epoll_wait, 5, 30, 1},
			{CALL_send, 31, 32, 9}},
		.end = 32, .program = 5, .sending = 27, .silence = 32},
	{"a send that is cut short", CONN_ACCEPT,
		{{CALL_accept, 0, 0, 8}, {CUT_SHORT, 5, 6, 4}, {CALL_epoll_wait, 6, 30, 1},
			{CALL_send, 31, 32, 5}, {CALL_recv, 40, 41, 1}},
		.end = 41, .program = 5, .peer = 9, .sending = 27, .first_byte = 41, .silence = 26},
	{"a receive while a send waits belongs to the send", CONN_ACCEPT,
		{{CALL_accept, 0, 0, 8}, {CUT_SHORT, 5, 6, 4}, {CALL_recv, 10, 20, 7},
			{CALL_send, 31, 32, 5}},
		.end = 32, .program = 5, .sending = 27, .first_byte = 20, .silence = 14},
	{"a download: the thread waits between receives", CONN_CONNECT,
		{{CALL_connect, 0, 0, 0}, {CALL_recv, 0, 10, 9}, {CALL_epoll_wait, 11, 30, 1},
			{CALL_recv, 30, 31, 9}, {CALL_recv, 35, 40, 0}},
		.end = 40, .program = 1 + 4, .peer = 10 + 20 + 5, .first_byte = 10, .silence = 21},
	{"a download, where another thread waits: from what found nothing on", CONN_CONNECT,
		{{CALL_connect, 0, 0, 0}, {CALL_recv, 0, 10, 9}, {CALL_recv, 12, 12, -EAGAIN},
			{CALL_recv, 20, 20, -EAGAIN}, {CALL_recv, 30, 31, 9}},
		.end = 31, .program = 2, .peer = 10 + 18 + 1, .first_byte = 10, .silence = 21},
	{"an upload: from send to send is the program's", CONN_CONNECT,
		{{CALL_connect, 0, 0, 0}, {CALL_send, 0, 10, 9}, {CALL_send, 30, 35, 9}}, .end = 35,
		.program = 20, .sending = 15, .silence = 25},
	{"two threads: what ended first counts in full", CONN_CONNECT,
		{{CALL_connect, 0, 0, 0}, {OTHER_THREAD, 50, 60, 9}, {CALL_recv, 0, 100, 9}},
		.end = 100, .program = 50, .peer = 40, .sending = 10, .first_byte = 100,
		.silence = 60},
	{"a receive that fails is the peer's", CONN_CONNECT,
		{{CALL_connect, 0, 0, 0}, {CALL_recv, 5, 90, -ETIMEDOUT}}, .end = 90, .peer = 90,
		.silence = 90},
};

static enum call_class class_of(enum call_id call)
{
	switch (call) {
	case CALL_send:
	case CUT_SHORT:
	case OTHER_THREAD: return CLASS_OUT;
	case CALL_recv: return CLASS_IN;
	case CALL_epoll_wait: return CLASS_WAIT;
	default: return CLASS_OPEN;
	}
}

static struct event event_of(const struct step *s, struct connection *c)
{
	struct event e = fixture_call(s->call == CALL_epoll_wait ? NULL : c, s->call,
		class_of(s->call), s->from, s->to, s->ret);

	if (s->call == CUT_SHORT)
		e.asked++;
	if (s->call == OTHER_THREAD)
		e.tid++;
	return e;
}

/* The account of the only connection, which ended. */
static const struct tally_conn *only(struct tally *t)
{
	tally_end(t);
	assert_int_equal(t->best[TALLY_FIRST].count, 1);
	return t->best[TALLY_FIRST].kept[0];
}

static void ms_equal(uint64_t ns, unsigned ms, const char *what, const char *figure)
{
	if (ns != (uint64_t)ms * MS)
		fail_msg("%s: %s is %.3f ms, not %u", what, figure, (double)ns / MS, ms);
}

static void check(const struct story_of *s, const struct tally_conn *c)
{
	ms_equal(c->connecting_ns, s->connecting, s->what, "connecting");
	ms_equal(c->turn.program_ns, s->program, s->what, "program");
	ms_equal(c->turn.peer_ns, s->peer, s->what, "peer");
	ms_equal(c->turn.sending_ns, s->sending, s->what, "sending");
	ms_equal(c->quiet_ns, s->quiet, s->what, "quiet");
	ms_equal(c->first_byte_ns, s->first_byte, s->what, "first byte");
	ms_equal(c->silence_ns, s->silence, s->what, "silence");
	ms_equal(c->lasted_ns, s->connecting + s->program + s->peer + s->sending + s->quiet,
		s->what, "the sum of all");
}

static void every_moment_is_somebodys(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		const struct story_of *s = &stories[i];
		struct connection c = fixture_conn(1, s->how, fixture_ip(2, 5432));
		struct tally *t = tally_new();
		struct event e;

		for (const struct step *step = s->step; step->call || step->to; step++) {
			e = event_of(step, &c);
			tally_event(t, &e);
		}
		e = fixture_event(EVENT_CLOSE, &c, s->end);
		tally_event(t, &e);
		check(s, only(t));
		tally_free(t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_moment_is_somebodys),
	};

	return cmocka_run_group_tests_name("tally_turn", tests, NULL, NULL);
}
