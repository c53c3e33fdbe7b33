/* SPDX-License-Identifier: MIT */
/*
 * sockdiag in a network namespace of our own, where nobody else's sockets are and where we are
 * root: an ordinary user gets there by a user namespace.
 */
#ifndef PEERLESS_TESTS_SOCKDIAG_FIXTURE_H
#define PEERLESS_TESTS_SOCKDIAG_FIXTURE_H

#include "loopback_fixture.h"

#include <sched.h>
#include <stdbool.h>
#include <sys/ioctl.h>

#include "sockdiag.h"
#include "sys/compiler.h"

/* A setup of cmocka.  A system without user namespaces and us not root fails here, by name. */
static inline int own_network(void **state)
{
	struct {
		struct in6_addr ip;
		uint32_t prefix;
		int index;
	} fe80 = {.prefix = 64, .index = 1}; /* struct in6_ifreq, which glibc lacks */
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd, rc;

	(void)state;
	if (unshare(CLONE_NEWNET) && unshare(CLONE_NEWUSER | CLONE_NEWNET)) {
		print_error("neither root nor a user namespace: no network of our own\n");
		return -1;
	}
	inet_pton(AF_INET6, "fe80::1", &fe80.ip);
	fd = socket(AF_INET6, SOCK_DGRAM, 0);
	rc = ioctl(fd, SIOCSIFFLAGS, &lo) || ioctl(fd, SIOCSIFADDR, &fe80);
	close(fd);
	return rc;
}

/* The last dump. */
static struct sockdiag_socket got[64];
static unsigned got_count;

static inline void keep(void *context, const struct sockdiag_socket *s)
{
	assert_ptr_equal(context, got);
	assert_true(got_count < ARRAY_SIZE(got));
	got[got_count++] = *s;
}

static inline struct sockdiag *opened(void)
{
	struct sockdiag *d = sockdiag_open(-1);

	assert_non_null(d);
	return d;
}

static inline void dump_by(struct sockdiag *d)
{
	got_count = 0;
	assert_int_equal(sockdiag_dump(d, NULL, keep, got), 0);
}

/* What the last dump told of this socket; exactly once. */
static inline const struct sockdiag_socket *told(int fd)
{
	const struct sockdiag_socket *s = NULL;
	uint64_t cookie = cookie_of(fd);

	for (unsigned i = 0; i < got_count; i++) {
		if (got[i].cookie != cookie)
			continue;
		assert_null(s);
		s = &got[i];
	}
	return s;
}

static inline const struct sockdiag_socket *look(int fd)
{
	struct sockdiag *d = opened();

	dump_by(d);
	sockdiag_close(d);
	return told(fd);
}

static inline const struct sockdiag_socket *await(
	int fd, bool (*is)(const struct sockdiag_socket *))
{
	const struct sockdiag_socket *s = look(fd);

	for (unsigned i = 0; i < 1000 && (!s || !is(s)); i++) {
		usleep(10000);
		s = look(fd);
	}
	assert_true(s && is(s));
	return s;
}

static const char *const addresses[] = {"127.0.0.1", "::1", "::ffff:127.0.0.1", "fe80::1"};

static inline void close_both(const int *side)
{
	close(side[0]);
	close(side[1]);
}

#endif
