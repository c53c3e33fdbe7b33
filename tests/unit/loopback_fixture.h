/* SPDX-License-Identifier: MIT */
/* Connections over loopback, and who they are. */
#ifndef PEERLESS_TESTS_LOOPBACK_FIXTURE_H
#define PEERLESS_TESTS_LOOPBACK_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/* "127.0.0.1", "::1", "::ffff:127.0.0.1"; a link-local one is in the zone of lo. */
static inline union address address_of(const char *text, in_port_t port)
{
	union address a = {.any.sa_family = strchr(text, ':') ? AF_INET6 : AF_INET};

	if (a.any.sa_family == AF_INET) {
		a.in.sin_port = port;
		assert_int_equal(inet_pton(AF_INET, text, &a.in.sin_addr), 1);
		return a;
	}
	a.in6.sin6_port = port;
	assert_int_equal(inet_pton(AF_INET6, text, &a.in6.sin6_addr), 1);
	if (IN6_IS_ADDR_LINKLOCAL(&a.in6.sin6_addr))
		a.in6.sin6_scope_id = if_nametoindex("lo");
	return a;
}

/* A new IPv6 address may not be bound to at once: it becomes valid behind our back. */
static inline void bind_patiently(int fd, const union address *at)
{
	int rc = bind(fd, &at->any, sizeof(*at));

	for (unsigned i = 0; rc && errno == EADDRNOTAVAIL && i < 1000; i++) {
		usleep(10000);
		rc = bind(fd, &at->any, sizeof(*at));
	}
	assert_int_equal(rc, 0);
}

/* Listens on text, any port; *at is where.  protocol: IPPROTO_TCP or IPPROTO_MPTCP. */
static inline int listener(int protocol, const char *text, int backlog, union address *at)
{
	socklen_t len = sizeof(*at);
	int fd;

	*at = address_of(text, 0);
	fd = socket(at->any.sa_family, SOCK_STREAM, protocol);
	bind_patiently(fd, at);
	assert_int_equal(listen(fd, backlog), 0);
	assert_int_equal(getsockname(fd, &at->any, &len), 0);
	return fd;
}

/* side[1] called connect(), side[0] was accepted. */
static inline void connection_by(int protocol, const char *text, int *side)
{
	union address at;
	int fd = listener(protocol, text, 1, &at);

	side[1] = socket(at.any.sa_family, SOCK_STREAM, protocol);
	assert_int_equal(connect(side[1], &at.any, sizeof(at)), 0);
	side[0] = accept(fd, NULL, NULL);
	assert_true(side[0] >= 0);
	close(fd);
}

static inline void connection(const char *text, int *side)
{
	connection_by(IPPROTO_TCP, text, side);
}

static inline uint64_t cookie_of(int fd)
{
	uint64_t cookie;
	socklen_t len = sizeof(cookie);

	assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len), 0);
	return cookie;
}

#endif
