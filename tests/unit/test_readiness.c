/* SPDX-License-Identifier: MIT */
/* What an unread error was, from what is left in TCP_INFO: rows as measured (policy/readiness.c).
 */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "policy/readiness.h"
#include "sys/tcpinfo.h"

static int after_data(unsigned probes, unsigned retransmits, uint32_t silent_ms, int limit_ms)
{
	/* Whatever was heard last counts. */
	struct tcpinfo i = {.state = TCPINFO_CLOSE,
		.probes = probes,
		.retransmits = retransmits,
		.last_ack_recv_ms = silent_ms,
		.last_data_recv_ms = silent_ms + 5};
	int err = readiness_data_errno(&i, limit_ms);

	i.last_data_recv_ms = silent_ms;
	i.last_ack_recv_ms = silent_ms + 5;
	assert_int_equal(readiness_data_errno(&i, limit_ms), err);
	return err;
}

static void test_timers(void **state)
{
	(void)state;
	assert_int_equal(after_data(3, 0, 4076, 4000), ETIMEDOUT);    /* keepalive 1/1/3 */
	assert_int_equal(after_data(1, 0, 2040, 2000), ETIMEDOUT);    /* TCP_USER_TIMEOUT, idle */
	assert_int_equal(after_data(0, 15, 15208, 14400), ETIMEDOUT); /* TCP_RTO_MAX_MS 1000 */
	assert_int_equal(after_data(0, 4, 3644, 3000), ETIMEDOUT);    /* TCP_USER_TIMEOUT */
	assert_int_equal(after_data(15, 0, 15656, 14400), ETIMEDOUT); /* window probes */
	assert_int_equal(after_data(2, 0, 3000, 3000), ETIMEDOUT);
}

static void test_resets(void **state)
{
	(void)state;
	assert_int_equal(after_data(0, 0, 0, 4000), ECONNRESET);
	assert_int_equal(after_data(0, 0, 3600000, 4000), ECONNRESET); /* after a long idle time */
	assert_int_equal(after_data(1, 0, 1008, 4000), ECONNRESET);    /* answers the first probe */
	assert_int_equal(after_data(3, 0, 3064, 4000), ECONNRESET);    /* ... the last */
	assert_int_equal(after_data(0, 5, 3960, 14400), ECONNRESET);   /* amid retransmissions */
	assert_int_equal(after_data(3, 0, 4076, -1), ECONNRESET);      /* no timer ends it */
}

static int of_handshake(unsigned segs_in, unsigned retransmits, uint64_t age_ms)
{
	struct tcpinfo i = {.state = TCPINFO_CLOSE, .segs_in = segs_in, .retransmits = retransmits};

	return readiness_connect_errno(&i, age_ms, 3000);
}

static void test_handshakes(void **state)
{
	(void)state;
	assert_int_equal(of_handshake(1, 0, 0), ECONNREFUSED);
	assert_int_equal(of_handshake(1, 2, 2500), ECONNREFUSED); /* the answer came late */
	assert_int_equal(of_handshake(0, 2, 3020), ETIMEDOUT);
	assert_int_equal(of_handshake(0, 2, 2996), ETIMEDOUT); /* a coarse clock lags */
	assert_int_equal(of_handshake(0, 0, 1), EHOSTUNREACH); /* ICMP */
	assert_int_equal(of_handshake(0, 1, 1100), EHOSTUNREACH);
	assert_int_equal(of_handshake(0, 0, 9000), EHOSTUNREACH); /* closed long after */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_timers),
		cmocka_unit_test(test_resets),
		cmocka_unit_test(test_handshakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
