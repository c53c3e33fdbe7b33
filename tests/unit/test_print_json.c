/* SPDX-License-Identifier: MIT */
/* print_json: every member of fields.def, in its order, where it says; always valid JSON. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "json_fixture.h"
#include "policy/verdict.h"
#include "runtime/value_types.h"
#include "sys/tcpinfo.h"

static void says(struct event e, const char *line)
{
	char *text = printed(e);

	assert_string_equal(text, line);
	check(text, e.kind);
	free(text);
}

#define HEAD(event)                                                                      \
	"{\"ts\":\"2026-11-21T12:00:00.000000000Z\",\"event\":\"" event "\",\"pid\":42," \
	"\"tid\":42,\"prog\":\"psql\","
#define ENDS "\"local\":\"10.0.0.1:40000\",\"peer\":\"10.0.0.2:5432\""

static struct connection conn;

static int setup(void **state)
{
	(void)state;
	conn = fixture_conn(17, CONN_CONNECT, fixture_ip(2, 5432));
	return 0;
}

static struct event call(enum call_id id, int fd, int ret, uint32_t asked, uint32_t flags)
{
	struct event e = fixture_call(NULL, id, event_class(id), 0, 0, ret);

	e.fd = fd;
	e.asked = asked;
	e.flags = flags;
	return e;
}

static void data_calls(void **state)
{
	struct event e = fixture_call(&conn, CALL_send, CLASS_OUT, 0, 2, 64);

	(void)state;
	e.payload = (const unsigned char *)"SELECT 1";
	e.payload_bytes = 8;
	e.flags = MSG_NOSIGNAL | MSG_MORE;
	says(e, HEAD("call") "\"conn\":17,\"call\":\"send\",\"fd\":7,\"ret\":64,\"dur_ns\":2000000,"
			     "\"asked\":64,\"flags\":\"MSG_NOSIGNAL|MSG_MORE\",\"bytes\":64," ENDS
			     ",\"payload\":\"U0VMRUNUIDE=\"}\n");
	e = fixture_call(&conn, CALL_recv, CLASS_IN, 0, 0, -ECONNRESET);
	says(e, HEAD("call") "\"conn\":17,\"call\":\"recv\",\"fd\":7,\"ret\":-1,"
			     "\"errno\":\"ECONNRESET\",\"dur_ns\":0,\"asked\":4096,\"bytes\":"
			     "0," ENDS "}\n");
	e = fixture_call(&conn, CALL_splice, CLASS_IN, 0, 0, 5);
	says(e, HEAD("call") "\"conn\":17,\"call\":\"splice\",\"fd\":7,\"ret\":5,\"dur_ns\":0,"
			     "\"asked\":4096,\"direction\":\"in\",\"bytes\":5," ENDS "}\n");
}

static void other_calls(void **state)
{
	const struct endpoint to = fixture_ip(9, 333);
	struct event e;

	(void)state;
	says(call(CALL_socket, -1, 7, AF_INET, SOCK_STREAM | SOCK_CLOEXEC),
		HEAD("call") "\"call\":\"socket\",\"ret\":7,\"dur_ns\":0,"
			     "\"flags\":\"SOCK_STREAM|SOCK_CLOEXEC\",\"domain\":\"AF_INET\"}\n");
	says(call(CALL_setsockopt, 5, 0, SOL_TCP << 16 | TCP_NODELAY, 1),
		HEAD("call") "\"call\":\"setsockopt\",\"fd\":5,\"ret\":0,\"dur_ns\":0,"
			     "\"level\":\"SOL_TCP\",\"option\":\"TCP_NODELAY\",\"value\":1}\n");
	says(call(CALL_getsockopt, 5, -EBADF, 99 << 16 | 77, 1),
		HEAD("call") "\"call\":\"getsockopt\",\"fd\":5,\"ret\":-1,\"errno\":\"EBADF\","
			     "\"dur_ns\":0,\"level\":\"99\",\"option\":\"77\"}\n");
	says(call(CALL_poll, -1, 0, 2, UINT32_MAX),
		HEAD("call") "\"call\":\"poll\",\"ret\":0,\"dur_ns\":0,\"asked\":2,"
			     "\"timeout_ms\":-1}\n");
	says(call(CALL_fcntl, 5, 6, F_DUPFD_CLOEXEC, 3),
		HEAD("call") "\"call\":\"fcntl\",\"fd\":5,\"ret\":6,\"dur_ns\":0,\"asked\":3,"
			     "\"flags\":\"F_DUPFD_CLOEXEC\"}\n");
	says(call(CALL_shutdown, 5, 0, 0, SHUT_RD),
		HEAD("call") "\"call\":\"shutdown\",\"fd\":5,\"ret\":0,\"dur_ns\":0,"
			     "\"flags\":\"SHUT_RD\"}\n");
	e = call(CALL_accept, 4, 7, 0, 0);
	e.address = &to;
	says(e, HEAD("call") "\"call\":\"accept\",\"fd\":4,\"ret\":7,\"dur_ns\":0,"
			     "\"peer\":\"10.0.0.9:333\"}\n");
}

static void evidence_is(struct story_evidence *v)
{
	*v = (struct story_evidence){
		.known = 1,
		.state = TCPINFO_CLOSE,
		.cause = CAUSE_TIMEOUT,
		.method = METHOD_KEEPALIVE,
		.seen = METHOD_SO_ERROR,
		.action = ACTION_ERROR,
		.closed_by = SIDE_PEER,
		.death = 1,
		.error = ETIMEDOUT,
		.rtt_us = UINT32_MAX,
		.bytes_in = UINT64_MAX,
	};
}

static void connection_stories(void **state)
{
	struct event e = fixture_event(EVENT_OPEN, &conn, 0);

	(void)state;
	fixture_story.open = (struct story_open){.cookie = UINT64_MAX, .how = CONN_ACCEPT};
	says(e, HEAD("open") "\"conn\":17,\"fd\":7,\"how\":\"accept\",\"socket\":\"tcp\","
			     "\"cookie\":18446744073709551615," ENDS "}\n");
	e = fixture_event(EVENT_ARMED, &conn, 0);
	fixture_story.armed = (struct story_armed){60, 5, 3, -1, 0, 6};
	says(e, HEAD("armed") "\"conn\":17,\"fd\":7," ENDS ",\"idle_s\":60,\"interval_s\":5,"
			      "\"count\":3,\"rto_max_ms\":0,\"syn_count\":6}\n");
	e = fixture_event(EVENT_VERDICT, &conn, 0);
	evidence_is(&fixture_story.evidence);
	says(e, HEAD("verdict") "\"conn\":17,\"fd\":7,\"errno\":\"ETIMEDOUT\"," ENDS
				",\"cause\":\"timeout\",\"method\":\"keepalive\",\"via\":\"so-"
				"error\","
				"\"action\":\"error\",\"age_ms\":0,\"state\":\"CLOSE\","
				"\"bytes_in\":18446744073709551615,\"bytes_out\":0,"
				"\"rtt_us\":4294967295,\"retrans\":0,\"probes\":0,\"unacked\":0,"
				"\"unsent\":0,\"last_sent_ms\":0,\"last_received_ms\":0,"
				"\"last_ack_ms\":0}\n");
	fixture_story.evidence = (struct story_evidence){
		.cause = CAUSE_CLOSED, .method = METHOD_EOF, .seen = METHOD_EOF};
	says(e, HEAD("verdict") "\"conn\":17,\"fd\":7," ENDS
				",\"cause\":\"closed\",\"method\":\"eof\",\"age_ms\":0}\n");
	e.kind = EVENT_CLOSE;
	fixture_story.evidence = (struct story_evidence){.age_ms = 5, .closed_by = SIDE_US};
	says(e, HEAD("close") "\"conn\":17,\"fd\":7," ENDS ",\"age_ms\":5,\"closed_by\":\"us\"}\n");
}

static void process_says(enum story_kind kind, uint32_t value, const char *rest)
{
	struct event e = fixture_event(EVENT_PROCESS, NULL, 0);
	char line[512];

	fixture_story.head = 5 << 8 | kind;
	fixture_story.program.value = value;
	strcpy(fixture_story.program.text, "a\"b");
	snprintf(line, sizeof(line), HEAD("process") "\"kind\":%s}\n", rest);
	says(e, line);
}

static void processes(void **state)
{
	(void)state;
	process_says(STORY_START, 41, "\"start\",\"ppid\":41");
	process_says(STORY_FORK, 41, "\"fork\",\"ppid\":41");
	process_says(STORY_EXEC, 0, "\"exec\",\"path\":\"a\\\"b\"");
	process_says(STORY_EXIT, 3 << 8, "\"exit\",\"status\":3");
	process_says(STORY_EXIT, 9, "\"exit\",\"signal\":\"SIGKILL\"");
	process_says(STORY_STRICT, 0, "\"strict\"");
}

static void what_is_missing(void **state)
{
	struct event e = fixture_event(EVENT_LOST, NULL, 0);
	struct fixture_output o;
	char *text, *second;

	(void)state;
	e.lost = UINT64_MAX;
	fixture_open(&o, &printer_json);
	fixture_put(&o, e);
	text = fixture_close(&o, "cut \033 off");
	second = strchr(text, '\n') + 1;
	assert_string_equal(second, "{\"ts\":\"2026-11-21T12:00:00.000000000Z\",\"event\":\"lost\","
				    "\"missing\":\"cut \\u001b off\"}\n");
	check(second, EVENT_LOST);
	*second = '\0';
	assert_string_equal(text, "{\"ts\":\"2026-11-21T12:00:00.000000000Z\",\"event\":\"lost\","
				  "\"lost\":18446744073709551615}\n");
	check(text, EVENT_LOST);
	free(text);
}

/* Runs last: what the tests before have seen is what fields.def says, no more and no less. */
static void members_are_those_of_fields_def(void **state)
{
	struct event e = fixture_event(EVENT_ARMED, &conn, 0);

	(void)state;
	fixture_story.armed = (struct story_armed){1, 1, 1, 1, 1, 1};
	check_event(e);
	e = fixture_event(EVENT_CLOSE, &conn, 0);
	evidence_is(&fixture_story.evidence);
	check_event(e);
	for (unsigned id = 0; id < FIELD_COUNT; id++)
		if (seen[id] != (fields_row[id].events & IN_RECORDING))
			fail_msg("%s: seen in %x, should be %x", fields_row[id].name, seen[id],
				fields_row[id].events);
}

/* What `make docs` puts into README.md: a row for each. */
static void markdown(void **state)
{
	char *text, *row;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	unsigned rows = 0;

	(void)state;
	fields_markdown(out);
	fclose(out);
	for (row = text; (row = strstr(row, "\n| `")); row++)
		rows++;
	assert_int_equal(rows, FIELD_COUNT);
	assert_non_null(
		strstr(text, "\n| `errno` | string | call, verdict | the error's name |\n"));
	assert_non_null(strstr(text, "\n| `ts` | string | all | "));
	assert_non_null(strstr(text, "joined by \\|;"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(data_calls, setup),
		cmocka_unit_test_setup(other_calls, setup),
		cmocka_unit_test_setup(connection_stories, setup),
		cmocka_unit_test_setup(processes, setup),
		cmocka_unit_test_setup(what_is_missing, setup),
		cmocka_unit_test_setup(members_are_those_of_fields_def, setup),
		cmocka_unit_test(markdown),
	};

	return cmocka_run_group_tests_name("print_json", tests, NULL, NULL);
}
