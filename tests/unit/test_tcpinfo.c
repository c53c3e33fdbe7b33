/* SPDX-License-Identifier: MIT */
/*
 * tcpinfo: on real loopback connections.  A peer that is gone is made by a socket filter that
 * drops every segment: the sender's packets are never acknowledged, and no privilege is needed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "sys/tcpinfo.h"

/* side[1] called connect(), side[0] was accepted. */
static void connection(int *side)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t len = sizeof(in);
	int server = socket(AF_INET, SOCK_STREAM, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(server, (void *)&in, len), 0);
	assert_int_equal(listen(server, 1), 0);
	assert_int_equal(getsockname(server, (void *)&in, &len), 0);
	side[1] = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(side[1], (void *)&in, len), 0);
	side[0] = accept(server, NULL, NULL);
	assert_true(side[0] >= 0);
	close(server);
}

static struct tcpinfo info_of(int fd, bool opened)
{
	struct tcpinfo info;

	errno = 77;
	assert_int_equal(tcpinfo_read(fd, opened, &info), 0);
	assert_int_equal(errno, 77);
	return info;
}

/* Waits for a state, 10 s at most: loopback acknowledges soon, but not by a promise. */
static struct tcpinfo await_state(int fd, bool opened, enum tcpinfo_state state)
{
	struct tcpinfo info = info_of(fd, opened);

	for (unsigned i = 0; i < 1000 && info.state != state; i++) {
		usleep(10000);
		info = info_of(fd, opened);
	}
	assert_string_equal(tcpinfo_state_name(info.state), tcpinfo_state_name(state));
	return info;
}

static struct tcpinfo await_acked(int fd, bool opened)
{
	struct tcpinfo info = info_of(fd, opened);

	for (unsigned i = 0; i < 1000 && info.unacked_segments; i++) {
		usleep(10000);
		info = info_of(fd, opened);
	}
	assert_int_equal(info.unacked_segments, 0);
	return info;
}

static void transfer(int from, int to, size_t len)
{
	char data[100] = {0};

	assert_int_equal(send(from, data, len, 0), len);
	assert_int_equal(recv(to, data, len, MSG_WAITALL), len);
}

static void fresh(void **state)
{
	int side[2];

	(void)state;
	connection(side);
	for (int opened = 0; opened <= 1; opened++) {
		struct tcpinfo info = info_of(side[opened], opened);

		assert_int_equal(info.state, TCPINFO_ESTABLISHED);
		assert_int_equal(info.bytes_sent, 0);
		assert_int_equal(info.bytes_acked, 0);
		assert_int_equal(info.bytes_received, 0);
		assert_int_equal(info.unacked_bytes, 0);
		assert_true(info.rto_ms >= 100 && info.rto_ms <= 5000);
	}
	close(side[0]);
	close(side[1]);
}

static void bytes_each_way(void **state)
{
	int side[2];

	(void)state;
	connection(side);
	transfer(side[1], side[0], 10);
	transfer(side[0], side[1], 7);
	for (int opened = 0; opened <= 1; opened++) {
		struct tcpinfo info = await_acked(side[opened], opened);

		assert_int_equal(info.bytes_sent, opened ? 10 : 7);
		assert_int_equal(info.bytes_acked, opened ? 10 : 7);
		assert_int_equal(info.bytes_received, opened ? 7 : 10);
		assert_int_equal(info.unacked_bytes, 0);
		assert_true(info.rtt_us > 0);
		assert_true(info.snd_wnd > 0);
	}
	close(side[0]);
	close(side[1]);
}

static void fins_are_no_bytes(void **state)
{
	struct tcpinfo info;
	int side[2];

	(void)state;
	connection(side);
	transfer(side[1], side[0], 10);
	transfer(side[0], side[1], 7);
	shutdown(side[1], SHUT_WR);
	info = await_state(side[1], true, TCPINFO_FIN_WAIT2);
	assert_int_equal(info.bytes_acked, 10);
	assert_int_equal(info.unacked_bytes, 0);
	info = await_state(side[0], false, TCPINFO_CLOSE_WAIT);
	assert_int_equal(info.bytes_received, 10);
	shutdown(side[0], SHUT_WR);
	info = await_state(side[0], false, TCPINFO_CLOSE);
	assert_true(info.fin_acked);
	assert_int_equal(info.bytes_acked, 7);
	assert_int_equal(info.unacked_bytes, 0);
	close(side[0]);
	close(side[1]);
}

/* A peer that is closed answers data with a reset: what was sent then is never acknowledged. */
static void reset_with_data_in_flight(int opened)
{
	struct pollfd dead;
	struct tcpinfo info;
	int side[2];

	connection(side);
	dead = (struct pollfd){.fd = side[opened]};
	transfer(side[opened], side[!opened], 5);
	close(side[!opened]);
	await_state(side[opened], opened, TCPINFO_CLOSE_WAIT);
	assert_int_equal(send(side[opened], "0123456789", 10, 0), 10);
	assert_int_equal(poll(&dead, 1, 10000), 1);
	info = info_of(side[opened], opened);
	assert_int_equal(info.state, TCPINFO_CLOSE);
	assert_false(info.fin_acked || info.unacked_segments);
	assert_int_equal(info.bytes_acked, 5);
	assert_int_equal(info.unacked_bytes, 10);
	close(side[opened]);
}

static void reset(void **state)
{
	(void)state;
	reset_with_data_in_flight(0);
	reset_with_data_in_flight(1);
}

/* The peer on `fd` no longer hears anything.  Linux 6.18 here: EPERM for all but root. */
static void go_deaf(int fd)
{
	struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = {.len = 1, .filter = &drop};

	int rc = setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));

	if (rc && errno == EPERM && geteuid() != 0) {
		print_message("this kernel attaches socket filters for root only\n");
		skip();
	}
	assert_int_equal(rc, 0);
}

/* In flight the kernel tells what is unacknowledged; after death only the byte counts do. */
static void dead_with_data_in_flight(int opened)
{
	unsigned timeout_ms = 1500;
	struct pollfd dead;
	struct tcpinfo info;
	int side[2];

	connection(side);
	dead = (struct pollfd){.fd = side[opened]};
	transfer(side[opened], side[!opened], 5);
	await_acked(side[opened], opened);
	go_deaf(side[!opened]);
	setsockopt(side[opened], IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof(timeout_ms));
	assert_int_equal(send(side[opened], "0123456789", 10, 0), 10);

	info = info_of(side[opened], opened);
	assert_int_equal(info.unacked_segments, 1);
	assert_int_equal(info.unacked_bytes, 10);
	for (unsigned i = 0; i < 1000 && !info.retransmits && !poll(&dead, 1, 1); i++)
		info = info_of(side[opened], opened);
	assert_true(info.retransmits > 0);
	assert_true(info.bytes_retrans >= 10);
	assert_true(info.total_retrans > 0);
	assert_int_equal(info.unacked_bytes, 10);

	assert_int_equal(poll(&dead, 1, 20000), 1);
	info = info_of(side[opened], opened);
	assert_int_equal(info.state, TCPINFO_CLOSE);
	assert_int_equal(info.unacked_segments, 0);
	assert_int_equal(info.unacked_bytes, 10);
	assert_int_equal(info.bytes_acked, 5);
	assert_true(info.last_ack_recv_ms >= timeout_ms);
	/* the error is still the program's to read */
	assert_int_equal(send(side[opened], "x", 1, MSG_NOSIGNAL), -1);
	assert_int_equal(errno, ETIMEDOUT);
	close(side[0]);
	close(side[1]);
}

static void dead_opened(void **state)
{
	(void)state;
	dead_with_data_in_flight(1);
}

static void dead_accepted(void **state)
{
	(void)state;
	dead_with_data_in_flight(0);
}

static void refuses(int fd, int rc)
{
	struct tcpinfo info, zero;

	memset(&info, 0xff, sizeof(info));
	memset(&zero, 0, sizeof(zero));
	assert_int_equal(tcpinfo_read(fd, false, &info), rc);
	assert_int_equal(info.state, 0);
	assert_int_equal(info.unacked_bytes, 0);
	if (fd >= 0)
		close(fd);
}

static void no_tcp(void **state)
{
	int fds[2];

	(void)state;
	refuses(-1, -EBADF);
	refuses(open("/dev/null", O_RDONLY), -ENOTSOCK);
	refuses(socket(AF_INET, SOCK_DGRAM, 0), -EOPNOTSUPP);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	refuses(fds[0], -EOPNOTSUPP);
	close(fds[1]);
}

static void state_names(void **state)
{
	(void)state;
	assert_int_equal(TCPINFO_CLOSING, TCP_CLOSING); /* the end of the enum: none is missing */
	assert_string_equal(tcpinfo_state_name(TCPINFO_ESTABLISHED), "ESTABLISHED");
	assert_string_equal(tcpinfo_state_name(TCPINFO_CLOSING), "CLOSING");
	for (unsigned i = 1; i <= TCPINFO_CLOSING; i++)
		assert_string_not_equal(tcpinfo_state_name(i), "?");
	assert_string_equal(tcpinfo_state_name(0), "?");
	assert_string_equal(tcpinfo_state_name(12), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fresh),
		cmocka_unit_test(bytes_each_way),
		cmocka_unit_test(fins_are_no_bytes),
		cmocka_unit_test(reset),
		cmocka_unit_test(dead_opened),
		cmocka_unit_test(dead_accepted),
		cmocka_unit_test(no_tcp),
		cmocka_unit_test(state_names),
	};

	return cmocka_run_group_tests_name("tcpinfo", tests, NULL, NULL);
}
