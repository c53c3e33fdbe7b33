/* SPDX-License-Identifier: MIT */
/* print_json: whatever bytes and numbers a program or a file has, a line is valid JSON. */
#include "json_fixture.h"
#include "sys/compiler.h"

static void hostile_bytes(void **state)
{
	static const enum event_kind kinds[] = {
		EVENT_OPEN, EVENT_ARMED, EVENT_VERDICT, EVENT_CLOSE, EVENT_PROCESS};
	char prog[200];
	struct event e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		e = fixture_event(kinds[i], NULL, 0);
		e.pid = e.tid = UINT32_MAX;
		memset(&fixture_story, 0xff, sizeof(fixture_story));
		check_event(e);
	}
	for (size_t i = 0; i < sizeof(prog) - 1; i++)
		prog[i] = (char)(i < 0x7f ? i + 1 : 0x80); /* none of them begins a character */
	prog[sizeof(prog) - 1] = '\0';
	e = fixture_event(EVENT_PROCESS, NULL, 0);
	e.prog = prog;
	fixture_story.head = STORY_EXEC;
	memset(fixture_story.program.text, 0xc3, sizeof(fixture_story.program.text) - 1);
	check_event(e);
}

static void longest_line(void **state)
{
	struct event e = fixture_call(NULL, CALL_read, CLASS_IN, 0, 0, RECORD_PAYLOAD_MAX);
	unsigned char *bytes = malloc(RECORD_PAYLOAD_MAX);

	(void)state;
	memset(bytes, 0xff, RECORD_PAYLOAD_MAX);
	e.payload = bytes;
	e.payload_bytes = RECORD_PAYLOAD_MAX;
	check_event(e);
	free(bytes);
}

static void payload_is(const char *bytes, const char *base64)
{
	struct event e = fixture_call(NULL, CALL_read, CLASS_IN, 0, 0, 5);
	char member[64], *text;

	e.payload = (const unsigned char *)bytes;
	e.payload_bytes = (uint32_t)strlen(bytes);
	text = printed(e);
	snprintf(member, sizeof(member), ",\"payload\":\"%s\"}\n", base64);
	assert_non_null(strstr(text, member));
	free(text);
}

/* RFC 4648, 10, and the two last letters. */
static void base64(void **state)
{
	(void)state;
	payload_is("f", "Zg==");
	payload_is("fo", "Zm8=");
	payload_is("foo", "Zm9v");
	payload_is("foob", "Zm9vYg==");
	payload_is("fooba", "Zm9vYmE=");
	payload_is("foobar", "Zm9vYmFy");
	payload_is("\xfb\xff", "+/8=");
}

/* Before 1970 and at both ends of what 64 bits can hold. */
static void times(void **state)
{
	static const struct {
		int64_t ns;
		const char *ts;
	} at[] = {
		{-1, "1969-12-31T23:59:59.999999999Z"},
		{INT64_MIN, "1677-09-21T00:12:43.145224192Z"},
		{INT64_MAX, "2262-04-11T23:47:16.854775807Z"},
	};
	struct event e = fixture_event(EVENT_LOST, NULL, 0);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(at); i++) {
		char *text;

		e.start_ns = at[i].ns;
		text = printed(e);
		check(text, e.kind);
		assert_memory_equal(text + 7, at[i].ts, strlen(at[i].ts));
		free(text);
	}
}

/* What is UTF-8 stays as it is. */
static void utf8(void **state)
{
	struct event e = fixture_event(EVENT_PROCESS, NULL, 0);
	char *text;

	(void)state;
	e.prog = "gr\xc3\xb6\xc3\x9f\xe2\x82\xac\xff";
	text = printed(e);
	assert_non_null(strstr(text, "\"prog\":\"gr\xc3\xb6\xc3\x9f\xe2\x82\xac\\u00ff\""));
	free(text);
	e.prog = "";
	text = printed(e);
	assert_null(strstr(text, "prog"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_bytes),
		cmocka_unit_test(longest_line),
		cmocka_unit_test(base64),
		cmocka_unit_test(times),
		cmocka_unit_test(utf8),
	};

	return cmocka_run_group_tests_name("print_json_bytes", tests, NULL, NULL);
}
