/* SPDX-License-Identifier: MIT */
/* tcpinfo_from: a struct tcp_info of any kernel, as sock_diag hands it out anywhere in memory. */
#include "loopback_fixture.h"

#include <errno.h>
#include <linux/tcp.h>
#include <stdbool.h>

#include "sys/tcpinfo.h"

enum { SENT = 10, ROOM = 512 };

/* Acknowledged data on the side that called connect(); the rest of raw is ones. */
static socklen_t settled(int *side, unsigned char *raw)
{
	struct tcpinfo info = {0};
	socklen_t len = ROOM;

	connection("127.0.0.1", side);
	assert_int_equal(send(side[1], "0123456789", SENT, 0), SENT);
	for (unsigned i = 0; i < 1000 && info.bytes_acked != SENT; i++) {
		assert_int_equal(tcpinfo_read(side[1], true, &info), 0);
		usleep(info.bytes_acked == SENT ? 0 : 10000);
	}
	memset(raw, 0xff, ROOM);
	assert_int_equal(getsockopt(side[1], IPPROTO_TCP, TCP_INFO, raw, &len), 0);
	return len;
}

static void takes_any_length(void **state)
{
	unsigned char raw[1 + ROOM], *odd = raw + 1;
	struct tcpinfo whole, other;
	int side[2];
	socklen_t len = settled(side, odd);

	(void)state;
	tcpinfo_from(odd, len, true, &whole);
	assert_int_equal(whole.state, TCPINFO_ESTABLISHED);
	assert_int_equal(whole.bytes_acked, SENT);
	assert_true(whole.rtt_us > 0);
	tcpinfo_from(odd, ROOM, true, &other);
	assert_memory_equal(&whole, &other, sizeof(whole));
	tcpinfo_from(odd, offsetof(struct tcp_info, tcpi_rtt), true, &other);
	assert_int_equal(other.rto_ms, whole.rto_ms);
	assert_int_equal(other.rtt_us, 0);
	assert_int_equal(other.bytes_sent, 0);
	close(side[0]);
	close(side[1]);
}

/* With one more byte on its way, the SYN of a side that opened passes for it. */
static void is_one_off_where_nobody_knows_who_opened(void **state)
{
	struct tcp_info k = {
		.tcpi_state = TCPINFO_ESTABLISHED, .tcpi_bytes_sent = 11, .tcpi_bytes_acked = 11};
	struct tcpinfo info;

	(void)state;
	tcpinfo_from(&k, sizeof(k), true, &info);
	assert_int_equal(info.bytes_acked, 10);
	assert_int_equal(info.unacked_bytes, 1);
	tcpinfo_from(&k, sizeof(k), false, &info);
	assert_int_equal(info.bytes_acked, 11);
	assert_int_equal(info.unacked_bytes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_any_length),
		cmocka_unit_test(is_one_off_where_nobody_knows_who_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
