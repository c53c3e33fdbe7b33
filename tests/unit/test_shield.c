/* SPDX-License-Identifier: MIT */
/* When a connection that struggles gets a longer limit: samples a second apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cmocka.h>

#include "shield.h"
#include "sys/tcpinfo.h"

/* A second later: so many more retransmissions, bytes acknowledged; in flight. */
static bool second(
	struct shield *s, struct tcpinfo *i, int64_t *now, unsigned retrans, unsigned acked)
{
	*now += 1000;
	i->total_retrans += retrans;
	i->bytes_acked += acked;
	return shield_wanted(s, i, *now);
}

static const struct tcpinfo busy = {.unacked_segments = 10, .snd_wnd = 65536};

static void struggles_and_moves(void **state)
{
	struct shield s = {0};
	struct tcpinfo i = busy;
	int64_t now = 1;

	(void)state;
	assert_false(second(&s, &i, &now, 1, 100)); /* it begins */
	assert_false(second(&s, &i, &now, 1, 100));
	assert_false(second(&s, &i, &now, 1, 100));
	assert_true(second(&s, &i, &now, 1, 100)); /* SHIELD_AFTER_MS later */
	assert_true(second(&s, &i, &now, 0, 0));
	i.unacked_segments = 0; /* all is acknowledged: the kernel's limit begins anew too */
	assert_false(second(&s, &i, &now, 1, 100));
}

static void dead_ones_do_not_move(void **state)
{
	struct shield s = {0};
	struct tcpinfo i = busy;
	int64_t now = 1;

	(void)state;
	for (int n = 0; n < 60; n++)
		assert_false(second(&s, &i, &now, 1, 0));
}

static void calm_and_closed_windows_have_none(void **state)
{
	struct shield s = {0};
	struct tcpinfo i = busy;
	int64_t now = 1;

	(void)state;
	for (int n = 0; n < 10; n++)
		assert_false(second(&s, &i, &now, 0, 100));
	for (int n = 0; n < 10; n++)
		second(&s, &i, &now, 1, 100);
	assert_true(second(&s, &i, &now, 1, 100));
	i.snd_wnd = 0;
	assert_false(second(&s, &i, &now, 1, 100));
	i.snd_wnd = 65536;
	for (int n = 0; n < 4; n++)
		second(&s, &i, &now, 1, 100);
	assert_true(second(&s, &i, &now, 0, 100));
	for (int n = 0; n < 5; n++)
		second(&s, &i, &now, 0, 100);
	assert_false(second(&s, &i, &now, 0, 100)); /* SHIELD_CALM_MS without a retransmission */
}

static int user_timeout(int fd)
{
	int value = -1;
	socklen_t len = sizeof(value);

	assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &value, &len), 0);
	return value;
}

static void another_value_stays(void **state)
{
	struct shield s = {0};
	int fd = socket(AF_INET, SOCK_STREAM, 0), theirs = 7000;

	(void)state;
	assert_int_equal(shield_set(&s, fd, true), 0);
	assert_true(s.on);
	assert_int_equal(user_timeout(fd), SHIELD_MS);
	assert_int_equal(shield_set(&s, fd, false), 0);
	assert_false(s.on);
	assert_int_equal(user_timeout(fd), 0);
	assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &theirs, sizeof(theirs)), 0);
	assert_int_equal(shield_set(&s, fd, true), 0);
	assert_int_equal(user_timeout(fd), theirs);
	assert_int_equal(shield_set(&s, fd, false), 0);
	assert_int_equal(user_timeout(fd), theirs);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(struggles_and_moves),
		cmocka_unit_test(dead_ones_do_not_move),
		cmocka_unit_test(calm_and_closed_windows_have_none),
		cmocka_unit_test(another_value_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
