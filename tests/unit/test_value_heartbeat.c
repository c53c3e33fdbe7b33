/* SPDX-License-Identifier: MIT */
/* HEARTBEAT: names, escapes, what is refused. */
#include "value_fixture.h"

static void bytes_are(const char *text, int idle_ms, const char *bytes, size_t len)
{
	struct config c;

	memset(&c, 0, sizeof(c));
	assert_int_equal(parse(&c, OPT_HEARTBEAT, text), 0);
	assert_int_equal(c.heartbeat.idle_ms, idle_ms);
	assert_int_equal(c.heartbeat.len, len);
	assert_memory_equal(c.heartbeat.bytes, bytes, len);
}

static void names_and_escapes(void **state)
{
	(void)state;
	bytes_are("30s:telnet-nop", 30000, "\xff\xf1", 2);
	bytes_are("2m:SIP_CRLF", 120000, "\r\n\r\n", 4);
	bytes_are("1500ms:PING\\r\\n", 1500, "PING\r\n", 6);
	bytes_are("10s:\\x00\\xfF\\\\:\\t", 10000, "\0\xff\\:\t", 5);
	bytes_are("off", 0, "", 0);
}

static void prints_what_it_reads(void **state)
{
	(void)state;
	take(OPT_HEARTBEAT, "off", "off");
	take(OPT_HEARTBEAT, "30s:\\xff\\xf1", "30s:telnet-nop");
	take(OPT_HEARTBEAT, "120s:sip-crlf", "2m:sip-crlf");
	take(OPT_HEARTBEAT, "10s:PING\\r\\n", "10s:PING\\r\\n");
	take(OPT_HEARTBEAT, "10s:\\x00a b;", "10s:\\x00a\\x20b\\x3b");
}

static void refuses(void **state)
{
	(void)state;
	refuse(OPT_HEARTBEAT, "", "no colon");
	refuse(OPT_HEARTBEAT, "30s", "no colon");
	refuse(OPT_HEARTBEAT, "30:x", "no unit");
	refuse(OPT_HEARTBEAT, "999ms:x", "below 1s");
	refuse(OPT_HEARTBEAT, "30s:", "no bytes");
	refuse(OPT_HEARTBEAT, "30s:\\q", "escape");
	refuse(OPT_HEARTBEAT, "30s:\\x1", "escape");
	refuse(OPT_HEARTBEAT, "30s:\\x1g", "escape");
	refuse(OPT_HEARTBEAT, "30s:1234567890123456789012345678901234567890123456789",
		"more than 48");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_escapes),
		cmocka_unit_test(prints_what_it_reads),
		cmocka_unit_test(refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
