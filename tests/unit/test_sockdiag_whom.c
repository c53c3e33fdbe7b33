/* SPDX-License-Identifier: MIT */
/* sockdiag: which sockets a dump tells of. */
#include "sockdiag_fixture.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

/* The connections of the last dump that are in this state and have a descriptor, or have none. */
static unsigned count(enum tcpinfo_state state, bool descriptor)
{
	unsigned n = 0;

	for (unsigned i = 0; i < got_count; i++)
		n += got[i].info.state == state && descriptor == (got[i].inode != 0);
	return n;
}

static void await_count(unsigned n, enum tcpinfo_state state, bool descriptor)
{
	struct sockdiag *d = opened();

	dump_by(d);
	for (unsigned i = 0; i < 1000 && count(state, descriptor) != n; i++) {
		usleep(10000);
		dump_by(d);
	}
	assert_int_equal(count(state, descriptor), n);
	sockdiag_close(d);
}

/* A listener and a TIME_WAIT are not told; a peer in FIN_WAIT2 is, without a descriptor. */
static void tells_of_connections_alone(void **state)
{
	union address at;
	int side[2], fd = listener(IPPROTO_TCP, "127.0.0.1", 1, &at);

	(void)state;
	assert_null(look(fd));
	assert_int_equal(got_count, 0);
	close(fd);
	connection("127.0.0.1", side);
	close(side[1]);
	await_count(1, TCPINFO_FIN_WAIT2, false);
	assert_int_equal(count(TCPINFO_CLOSE_WAIT, true), 1);
	assert_int_equal(got_count, 2);
	close(side[0]);
	await_count(0, TCPINFO_FIN_WAIT2, false);
	await_count(0, TCPINFO_LAST_ACK, false);
	assert_int_equal(got_count, 0);
}

static ino_t wanted;

static bool wants(void *context, uint32_t inode)
{
	assert_ptr_equal(context, got);
	return inode == wanted;
}

static void tells_only_of_what_is_wanted(void **state)
{
	struct sockdiag *d = opened();
	int side[2];
	struct stat st;

	(void)state;
	connection("127.0.0.1", side);
	assert_int_equal(fstat(side[1], &st), 0);
	wanted = st.st_ino;
	got_count = 0;
	assert_int_equal(sockdiag_dump(d, wants, keep, got), 0);
	assert_int_equal(got_count, 1);
	assert_non_null(told(side[1]));
	wanted = 0; /* nobody's */
	assert_int_equal(sockdiag_dump(d, wants, keep, got), 0);
	assert_int_equal(got_count, 1);
	close_both(side);
	sockdiag_close(d);
}

/* Of the sockets of the last dump: MPTCP subflows. */
static unsigned subflows(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < got_count; i++)
		n += got[i].mptcp;
	return n;
}

static void tells_of_subflows(void **state)
{
	int fd = socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP), side[2], plain[2];

	(void)state;
	if (fd < 0) {
		print_message("this kernel has no MPTCP: %s\n", strerror(errno));
		skip();
	}
	close(fd);
	connection("127.0.0.1", plain);
	connection_by(IPPROTO_MPTCP, "127.0.0.1", side);
	assert_null(look(side[0])); /* the cookie is the subflow's */
	assert_int_equal(subflows(), 2);
	assert_false(told(plain[0])->mptcp);
	close_both(side);
	close_both(plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_of_connections_alone),
		cmocka_unit_test(tells_only_of_what_is_wanted),
		cmocka_unit_test(tells_of_subflows),
	};

	return cmocka_run_group_tests(tests, own_network, NULL);
}
