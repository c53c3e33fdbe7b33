/* SPDX-License-Identifier: MIT */
/* sockdiag: a destroyed socket is the only one. */
#include "sockdiag_fixture.h"

#include <errno.h>
#include <stdlib.h>

#include "child_fixture.h"

static void expect_alive(const int *side)
{
	char byte;

	assert_int_equal(send(side[0], "x", 1, MSG_NOSIGNAL), 1);
	assert_int_equal(recv(side[1], &byte, 1, 0), 1);
}

static void expect_recv(int fd, int err)
{
	char byte;

	errno = 0;
	assert_int_equal(recv(fd, &byte, 1, 0), -1);
	assert_int_equal(errno, err);
}

static void destroys_only_one(void **state)
{
	struct sockdiag *d = opened();
	int side[3][2];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++) {
		for (unsigned j = 0; j < 3; j++)
			connection(addresses[i], side[j]);
		dump_by(d);
		assert_int_equal(sockdiag_destroy(d, told(side[1][0])), 0);
		assert_int_equal(sockdiag_destroy(d, told(side[1][0])), -ENOENT);
		expect_recv(side[1][0], ECONNABORTED);
		expect_recv(side[1][1], ECONNRESET);
		expect_alive(side[0]);
		expect_alive(side[2]);
		for (unsigned j = 0; j < 3; j++)
			close_both(side[j]);
	}
	sockdiag_close(d);
}

static void destroys_nothing_by_a_wrong_name(void **state)
{
	static const uint64_t differences[] = {1, UINT64_C(1) << 32};
	struct sockdiag *d = opened();
	struct sockdiag_socket s;
	int side[2];

	(void)state;
	connection("127.0.0.1", side);
	dump_by(d);
	for (size_t i = 0; i < ARRAY_SIZE(differences); i++) {
		s = *told(side[0]);
		s.cookie ^= differences[i];
		assert_int_equal(sockdiag_destroy(d, &s), -ENOENT);
	}
	s = *told(side[0]);
	s.peer.port ^= 1;
	assert_int_equal(sockdiag_destroy(d, &s), -ENOENT);
	expect_alive(side);
	close_both(side);
	sockdiag_close(d);
}

static void destroys_what_is_bound_to_an_interface(void **state)
{
	struct sockdiag *d = opened();
	struct sockdiag_socket s;
	int side[2];

	(void)state;
	connection("127.0.0.1", side);
	assert_int_equal(setsockopt(side[0], SOL_SOCKET, SO_BINDTODEVICE, "lo", 3), 0);
	dump_by(d);
	s = *told(side[0]);
	assert_int_equal(s.interface, if_nametoindex("lo"));
	s.interface++;
	assert_int_equal(sockdiag_destroy(d, &s), -ENOENT);
	assert_int_equal(sockdiag_destroy(d, told(side[0])), 0);
	expect_recv(side[0], ECONNABORTED);
	close_both(side);
	sockdiag_close(d);
}

static bool is_connecting(const struct sockdiag_socket *s)
{
	return s->info.state == TCPINFO_SYN_SENT;
}

/* A full accept queue answers no SYN. */
static void destroys_a_connect(void **state)
{
	union address at;
	int side[3], full = listener(IPPROTO_TCP, "127.0.0.1", 0, &at), err = 0;
	struct sockdiag *d = opened();
	socklen_t len = sizeof(err);

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		side[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect(side[i], &at.any, sizeof(at));
	}
	assert_int_equal(sockdiag_destroy(d, await(side[2], is_connecting)), 0);
	assert_int_equal(getsockopt(side[2], SOL_SOCKET, SO_ERROR, &err, &len), 0);
	assert_int_equal(err, ECONNABORTED);
	for (unsigned i = 0; i < 3; i++)
		close(side[i]);
	close(full);
	sockdiag_close(d);
}

/* It is told all the same: a dump needs no privilege. */
static void without_privilege(void)
{
	struct sockdiag *d = opened();
	int side[2];

	drop_capabilities();
	connection("127.0.0.1", side);
	dump_by(d);
	assert_int_equal(sockdiag_destroy(d, told(side[0])), -EPERM);
	expect_alive(side);
	sockdiag_close(d);
}

static void says_that_it_may_not(void **state)
{
	(void)state;
	child_lives(without_privilege);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(destroys_only_one),
		cmocka_unit_test(destroys_nothing_by_a_wrong_name),
		cmocka_unit_test(destroys_what_is_bound_to_an_interface),
		cmocka_unit_test(destroys_a_connect),
		cmocka_unit_test(says_that_it_may_not),
	};

	return cmocka_run_group_tests(tests, own_network, NULL);
}
