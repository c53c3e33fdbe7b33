/* SPDX-License-Identifier: MIT */
/* sockdiag: what a dump tells of real connections. */
#include "sockdiag_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/stat.h>

/* libmnl's own is not linked in: what the kernel says can be changed here, once. */
static int injected;
static uint32_t cookie_high;

static void change_cookies(char *buffer, int len)
{
	struct nlmsghdr *head;

	for (head = (void *)buffer; mnl_nlmsg_ok(head, len); head = mnl_nlmsg_next(head, &len)) {
		struct inet_diag_msg *m = mnl_nlmsg_get_payload(head);

		if (head->nlmsg_type == TCPDIAG_GETSOCK)
			m->id.idiag_cookie[1] = cookie_high;
	}
}

ssize_t mnl_socket_recvfrom(const struct mnl_socket *socket, void *buffer, size_t size)
{
	ssize_t len;

	if (injected) {
		errno = injected;
		injected = 0;
		return -1;
	}
	len = recv(mnl_socket_get_fd(socket), buffer, size, 0);
	if (cookie_high && len > 0)
		change_cookies(buffer, (int)len);
	return len;
}

static void expect_same(struct endpoint a, struct endpoint b)
{
	char text[2][ENDPOINT_TEXT_MAX];

	endpoint_text(&a, text[0], sizeof(text[0]));
	endpoint_text(&b, text[1], sizeof(text[1]));
	assert_string_equal(text[0], text[1]);
	assert_memory_equal(&a, &b, sizeof(a));
}

static void tells_who_they_are(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++) {
		int side[2];

		connection(addresses[i], side);
		for (unsigned j = 0; j < 2; j++) {
			const struct sockdiag_socket *s = look(side[j]);
			struct stat st;

			assert_non_null(s);
			expect_same(s->local, endpoint_local(side[j]));
			expect_same(s->peer, endpoint_peer(side[j]));
			assert_int_equal(fstat(side[j], &st), 0);
			assert_int_equal(s->inode, st.st_ino);
			assert_int_equal(s->uid, geteuid());
			assert_int_equal(s->info.state, TCPINFO_ESTABLISHED);
			assert_int_equal(s->timer, SOCKDIAG_TIMER_NONE);
		}
		assert_int_equal(got_count, 2);
		close_both(side);
	}
}

static bool is_probing(const struct sockdiag_socket *s)
{
	return s->timer == SOCKDIAG_TIMER_PROBE && s->info.probes == s->timer_count;
}

/* The window is closed once nothing moves but probes: then the numbers stand still. */
static void tells_of_queues_and_timers(void **state)
{
	const struct sockdiag_socket *s;
	char block[4096] = {0};
	int side[2], queued, unread;

	(void)state;
	connection("127.0.0.1", side);
	assert_int_equal(fcntl(side[1], F_SETFL, O_NONBLOCK), 0);
	while (write(side[1], block, sizeof(block)) > 0)
		;
	s = await(side[1], is_probing);
	assert_int_equal(ioctl(side[1], TIOCOUTQ, &queued), 0);
	assert_true(queued > 0);
	assert_int_equal(s->wqueue, queued);
	assert_int_equal(s->rqueue, 0);
	assert_true(s->expires_ms > 0);
	assert_int_equal(s->info.notsent_bytes, queued);
	s = look(side[0]);
	assert_int_equal(ioctl(side[0], FIONREAD, &unread), 0);
	assert_true(unread > 0);
	assert_int_equal(s->rqueue, unread);
	assert_int_equal(s->wqueue, 0);
	assert_int_equal(s->info.bytes_received, unread);
	close_both(side);
}

static void tells_of_keepalive(void **state)
{
	const struct sockdiag_socket *s;
	int side[2], on = 1, idle = 100;

	(void)state;
	connection("127.0.0.1", side);
	assert_int_equal(setsockopt(side[0], IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle)), 0);
	assert_int_equal(setsockopt(side[0], SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)), 0);
	s = look(side[0]);
	assert_int_equal(s->timer, SOCKDIAG_TIMER_KEEPALIVE);
	assert_in_range(s->expires_ms, 1, 200000);
	close_both(side);
}

static void survives_what_a_dump_can_meet(void **state)
{
	static const int errors[] = {EINTR, ENOBUFS};
	struct sockdiag *d = opened();
	int side[2];

	(void)state;
	connection("127.0.0.1", side);
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		injected = errors[i];
		dump_by(d);
		assert_int_equal(injected, 0);
		assert_non_null(told(side[0]));
	}
	injected = EIO;
	assert_int_equal(sockdiag_dump(d, NULL, keep, got), -EIO);
	close_both(side);
	sockdiag_close(d);
}

/* No machine has had that many sockets when this is run. */
static void keeps_all_of_a_cookie(void **state)
{
	int side[2];

	(void)state;
	connection("127.0.0.1", side);
	cookie_high = 0x80000001;
	assert_null(look(side[0]));
	assert_int_equal(got[0].cookie >> 32, cookie_high);
	cookie_high = 0;
	close_both(side);
}

static ino_t network(void)
{
	struct stat st;

	assert_int_equal(stat("/proc/self/ns/net", &st), 0);
	return st.st_ino;
}

/* Also a socket opened again, after ENOBUFS, is one of that namespace. */
static void sees_another_network(void **state)
{
	int there = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), side[2];
	struct sockdiag *d;
	ino_t here;

	connection("127.0.0.1", side);
	assert_int_equal(own_network(state), 0);
	here = network();
	assert_null(look(side[0]));
	d = sockdiag_open(there);
	assert_non_null(d);
	dump_by(d);
	assert_non_null(told(side[0]));
	injected = ENOBUFS;
	dump_by(d);
	assert_non_null(told(side[0]));
	assert_int_equal(network(), here);
	assert_int_equal(setns(there, CLONE_NEWNET), 0);
	close(there);
	close_both(side);
	sockdiag_close(d);
}

static void refuses_what_is_no_network(void **state)
{
	int file = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_null(sockdiag_open(file));
	assert_int_equal(errno, EINVAL);
	close(file);
	assert_null(sockdiag_open(file));
	assert_int_equal(errno, EBADF);
	sockdiag_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_who_they_are),
		cmocka_unit_test(tells_of_queues_and_timers),
		cmocka_unit_test(tells_of_keepalive),
		cmocka_unit_test(survives_what_a_dump_can_meet),
		cmocka_unit_test(keeps_all_of_a_cookie),
		cmocka_unit_test(sees_another_network),
		cmocka_unit_test(refuses_what_is_no_network),
	};

	return cmocka_run_group_tests(tests, own_network, NULL);
}
