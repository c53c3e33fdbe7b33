/* SPDX-License-Identifier: MIT */
/* filter: which peers -e peer= lets through. */
#include "filter_fixture.h"

static void peers(void **state)
{
	struct event e = call(CALL_send, 5);

	(void)state;
	PASSES(e, "peer=10.0.0.0/8");
	PASSES(e, "peer=10.0.0.2");
	PASSES(e, "peer=10.0.0.0/8:5432");
	PASSES(e, "peer=:5432");
	PASSES(e, "peer=:5000-6000");
	PASSES(e, "peer=*:5432");
	PASSES(e, "peer=:1,:5432");
	STAYS(e, "peer=10.0.0.1"); /* that is ours */
	STAYS(e, "peer=:40000");
	STAYS(e, "peer=11.0.0.0/8:5432");
	STAYS(e, "peer=:5000-5431,:5433-6000");
	STAYS(e, "peer=::/0");
	STAYS(e, "peer=unix");
	PASSES(fixture_event(EVENT_VERDICT, &conn, 0), "peer=:5432");
	STAYS(fixture_event(EVENT_PROCESS, NULL, 0), "peer=*");
	conn.opened = false;
	STAYS(e, "peer=*");
}

static void peers_of_a_zone(void **state)
{
	const struct endpoint to = {
		.family = AF_INET6, .port = 57503, .scope = 12, .ip = {0xfe, 0x80, [15] = 1}};
	struct event e = call(CALL_sendto, 5);
	char as_shown[64], expr[80];

	(void)state;
	e.conn = NULL;
	e.address = &to;
	endpoint_text(&to, as_shown, sizeof(as_shown));
	snprintf(expr, sizeof(expr), "peer=%s", as_shown);
	PASSES(e, expr);
	PASSES(e, "peer=[fe80::1]:57503");
	PASSES(e, "peer=fe80::1%12");
	PASSES(e, "peer=[fe80::%12]/10:57503");
	STAYS(e, "peer=[fe80::1%1]:57503");
	STAYS(e, "peer=fe80::2%12");
}

static void peers_that_a_call_names(void **state)
{
	const struct endpoint to = fixture_ip(9, 53);
	struct event e = call(CALL_sendto, 5);

	(void)state;
	e.conn = NULL;
	STAYS(e, "peer=:53");
	e.address = &to;
	PASSES(e, "peer=:53");
	PASSES(e, "peer=10.0.0.9");
	STAYS(e, "peer=10.0.0.2");
}

static void unix_peers(void **state)
{
	const struct endpoint to = {.family = AF_UNIX};
	struct event e = call(CALL_send, 5);

	(void)state;
	conn.open = (struct story_open){.socket = SOCKET_UNIX_DGRAM, .path = "/run/x/log"};
	PASSES(e, "peer=unix");
	PASSES(e, "peer=unix:/run/*");
	PASSES(e, "peer=:1,unix:*log");
	STAYS(e, "peer=unix:/run");
	STAYS(e, "peer=*");
	conn.open.path[0] = '\0';
	PASSES(e, "peer=unix");
	STAYS(e, "peer=unix:/*");
	memset(conn.open.path, 'a', sizeof(conn.open.end[0]));
	strcpy(conn.open.path + sizeof(conn.open.end[0]), "\002"); /* as AF_INET would be */
	STAYS(e, "peer=*");
	e.conn = NULL;
	e.address = &to;
	PASSES(e, "peer=unix");
	STAYS(e, "peer=unix:/*");
	e.name = "/run/x";
	PASSES(e, "peer=unix:/run/*");
	STAYS(e, "peer=*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(peers, setup),
		cmocka_unit_test_setup(peers_of_a_zone, setup),
		cmocka_unit_test_setup(peers_that_a_call_names, setup),
		cmocka_unit_test_setup(unix_peers, setup),
	};

	return cmocka_run_group_tests_name("filter peers", tests, NULL, NULL);
}
