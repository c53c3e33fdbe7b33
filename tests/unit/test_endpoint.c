/* SPDX-License-Identifier: MIT */
/* endpoint: addresses from the kernel's structures and real sockets, their text, CIDR match. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "sys/compiler.h"
#include "sys/endpoint.h"

static struct endpoint address(const char *text, uint16_t port, uint32_t scope)
{
	struct endpoint end = {.port = port, .scope = scope};

	end.family = strchr(text, ':') ? AF_INET6 : AF_INET;
	assert_int_equal(inet_pton(end.family, text, end.ip), 1);
	return end;
}

static void expect_text(struct endpoint end, const char *text)
{
	char out[ENDPOINT_TEXT_MAX];

	assert_int_equal(endpoint_text(&end, out, sizeof(out)), strlen(text));
	assert_string_equal(out, text);
}

static void text(void **state)
{
	(void)state;
	expect_text(address("10.0.0.2", 5432, 0), "10.0.0.2:5432");
	expect_text(address("255.255.255.255", 65535, 0), "255.255.255.255:65535");
	expect_text(address("0.0.0.0", 0, 0), "0.0.0.0:0");
	expect_text(address("2001:DB8::1", 80, 0), "[2001:db8::1]:80");
	expect_text(address("fe80::1", 80, 2), "[fe80::1%2]:80");
	expect_text(address("::", 1, 0), "[::]:1");
	expect_text(address("::1", 1, 0), "[::1]:1");
	expect_text(address("1::", 1, 0), "[1::]:1");
	expect_text(address("1:0:0:2:0:0:0:3", 1, 0), "[1:0:0:2::3]:1");
	expect_text(address("1:0:0:2:3:0:0:4", 1, 0), "[1::2:3:0:0:4]:1"); /* the first of equals */
	expect_text(address("1:0:2:3:4:5:6:7", 1, 0), "[1:0:2:3:4:5:6:7]:1"); /* one is no run */
	expect_text((struct endpoint){.family = AF_UNIX}, "unix");
	expect_text((struct endpoint){0}, "?");
}

static void longest_text_fits(void **state)
{
	const char *longest = "[1111:2222:3333:4444:5555:6666:7777:8888%4294967295]:65535";
	struct endpoint end = address("1111:2222:3333:4444:5555:6666:7777:8888", 65535, UINT32_MAX);

	(void)state;
	expect_text(end, longest);
	for (size_t size = 0; size <= 64; size++) {
		char *out = malloc(size ? size : 1);
		size_t len = endpoint_text(&end, out, size);

		assert_int_equal(len, !size                     ? 0
				      : size <= strlen(longest) ? size - 1
								: strlen(longest));
		if (size)
			assert_int_equal(out[len], '\0');
		assert_memory_equal(out, longest, len);
		free(out);
	}
}

/* Every pattern of zero groups against inet_ntop(); the leading group keeps out ::1.2.3.4. */
static void text_agrees_with_libc(void **state)
{
	(void)state;
	for (unsigned pattern = 0; pattern < 256; pattern++) {
		struct endpoint end = {.family = AF_INET6, .port = 7};
		char ip[INET6_ADDRSTRLEN], want[ENDPOINT_TEXT_MAX];

		for (unsigned i = 0; i < 8; i++) {
			if (pattern >> i & 1)
				end.ip[2 * i + i % 2] = (uint8_t)(0x0b + i);
		}
		inet_ntop(AF_INET6, end.ip, ip, sizeof(ip));
		if (strchr(ip, '.'))
			continue;
		snprintf(want, sizeof(want), "[%s]:7", ip);
		expect_text(end, want);
	}
}

/* From a copy of exactly len bytes at an odd address: ASan and UBSan see a read too many. */
static struct endpoint from_exactly(const void *addr, size_t len)
{
	char *odd = malloc(len + 1);
	struct endpoint end;

	memcpy(odd + 1, addr, len);
	end = endpoint_from((void *)(odd + 1), len);
	free(odd);
	return end;
}

static void from_inet(void **state)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(5432)};
	struct endpoint end;

	(void)state;
	in.sin_addr.s_addr = inet_addr("10.0.0.2");
	memset(in.sin_zero, 'x', sizeof(in.sin_zero));
	end = from_exactly(&in, sizeof(in));
	assert_int_equal(end.family, AF_INET);
	expect_text(end, "10.0.0.2:5432");
	for (unsigned i = 4; i < 16; i++)
		assert_int_equal(end.ip[i], 0);
	for (size_t len = 0; len < sizeof(in); len++)
		assert_int_equal(from_exactly(&in, len).family, 0);
	assert_int_equal(endpoint_from(NULL, sizeof(in)).family, 0);
}

static struct sockaddr_in6 in6_of(const char *ip, uint32_t scope)
{
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(80)};

	assert_int_equal(inet_pton(AF_INET6, ip, &in6.sin6_addr), 1);
	in6.sin6_flowinfo = 0x12345678;
	in6.sin6_scope_id = scope;
	return in6;
}

static void from_inet6(void **state)
{
	struct sockaddr_in6 local = in6_of("fe80::1", 3), global = in6_of("2001:db8::1", 3);
	struct sockaddr_in6 mapped = in6_of("::ffff:10.0.0.2", 3);

	(void)state;
	expect_text(from_exactly(&local, sizeof(local)), "[fe80::1%3]:80");
	expect_text(from_exactly(&local, 24), "[fe80::1]:80"); /* RFC 2133: no zone */
	expect_text(from_exactly(&global, sizeof(global)), "[2001:db8::1]:80");
	expect_text(from_exactly(&mapped, sizeof(mapped)), "10.0.0.2:80");
	assert_int_equal(from_exactly(&mapped, sizeof(mapped)).family, AF_INET);
	for (size_t len = 0; len < 24; len++)
		assert_int_equal(from_exactly(&local, len).family, 0);
}

static void from_other_families(void **state)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "/run/x"};
	struct sockaddr packet = {.sa_family = AF_PACKET};
	char name[sizeof(un.sun_path) + 1];
	struct endpoint end = from_exactly(&un, sizeof(un));

	(void)state;
	assert_int_equal(end.family, AF_UNIX);
	assert_int_equal(end.port, 0);
	assert_int_equal(from_exactly(&un, 2).family, AF_UNIX); /* unnamed */
	assert_int_equal(from_exactly(&packet, sizeof(packet)).family, 0);
	assert_int_equal(endpoint_unix_name(&un, sizeof(un), name, sizeof(name)), 6);
	assert_int_equal(endpoint_unix_name(&un, 2 + 4, name, sizeof(name)), 4);
	assert_string_equal(name, "/run"); /* need not end */
	assert_int_equal(endpoint_unix_name(&un, sizeof(un), name, 3), 2);
	assert_int_equal(endpoint_unix_name(&un, 2, name, sizeof(name)), 0);
	un.sun_path[0] = '\0';
	assert_int_equal(endpoint_unix_name(&un, 2 + 6, name, sizeof(name)), 6);
	assert_string_equal(name, "@run/x");
}

static int listener(int family, struct sockaddr_storage *addr, socklen_t *len)
{
	int fd = socket(family, SOCK_STREAM, 0);
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	struct sockaddr_in in = {.sin_family = AF_INET};

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	*len = family == AF_INET ? sizeof(in) : sizeof(in6);
	assert_int_equal(bind(fd, family == AF_INET ? (void *)&in : (void *)&in6, *len), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (void *)addr, len), 0);
	return fd;
}

static void real_connection(int family)
{
	struct sockaddr_storage addr;
	socklen_t len;
	int server = listener(family, &addr, &len);
	int client = socket(family, SOCK_STREAM, 0), accepted;
	struct endpoint a, b;

	assert_int_equal(connect(client, (void *)&addr, len), 0);
	accepted = accept(server, NULL, NULL);
	a = endpoint_peer(client);
	b = endpoint_from((void *)&addr, len);
	assert_int_equal(a.family, family);
	assert_true(a.port > 0);
	assert_memory_equal(&a, &b, sizeof(a));
	a = endpoint_local(client);
	b = endpoint_peer(accepted);
	assert_memory_equal(&a, &b, sizeof(a));

	/* After a reset the kernel no longer knows the peer. */
	struct linger rst = {.l_onoff = 1};

	setsockopt(accepted, SOL_SOCKET, SO_LINGER, &rst, sizeof(rst));
	close(accepted);
	errno = 77;
	assert_int_equal(endpoint_peer(client).family, 0);
	assert_int_equal(endpoint_local(client).family, family);
	assert_int_equal(errno, 77);
	close(client);
	close(server);
}

static void real_sockets(void **state)
{
	int pair[2];

	(void)state;
	real_connection(AF_INET);
	real_connection(AF_INET6);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(endpoint_local(pair[0]).family, AF_UNIX);
	assert_int_equal(endpoint_peer(pair[0]).family, AF_UNIX);
	close(pair[0]);
	close(pair[1]);
	errno = 77;
	assert_int_equal(endpoint_local(-1).family, 0);
	assert_int_equal(errno, 77);
}

static void within(void **state)
{
	static const struct {
		const char *end, *net;
		unsigned prefix;
		bool inside;
	} row[] = {
		{"10.1.2.3", "10.0.0.0", 8, true},
		{"11.1.2.3", "10.0.0.0", 8, false},
		{"10.1.2.3", "10.1.2.3", 32, true},
		{"10.1.2.2", "10.1.2.3", 32, false},
		{"10.1.2.2", "10.1.2.3", 31, true},
		{"10.1.2.3", "0.0.0.0", 0, true},
		{"172.31.255.255", "172.16.0.0", 12, true},
		{"172.32.0.0", "172.16.0.0", 12, false},
		{"10.1.2.3", "10.1.2.3", 200, true},
		{"2001:db8::1", "2001:db8::", 32, true},
		{"2001:db9::1", "2001:db8::", 32, false},
		{"fe80::1", "fe80::", 10, true},
		{"fec0::1", "fe80::", 10, false},
		{"::1", "::1", 128, true},
		{"::2", "::1", 128, false},
		{"::2", "::1", 127, false},
		{"::3", "::2", 127, true},
		{"::3", "::3", 4000, true},
		{"10.1.2.3", "::", 0, false},
		{"::1", "0.0.0.0", 0, false},
	};
	struct endpoint unix_end = {.family = AF_UNIX}, none = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct endpoint end = address(row[i].end, 1, 0), net = address(row[i].net, 0, 0);

		if (endpoint_within(&end, &net, row[i].prefix) != row[i].inside)
			fail_msg("%s in %s/%u", row[i].end, row[i].net, row[i].prefix);
	}
	assert_false(endpoint_within(&unix_end, &unix_end, 0));
	assert_false(endpoint_within(&none, &none, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text),
		cmocka_unit_test(longest_text_fits),
		cmocka_unit_test(text_agrees_with_libc),
		cmocka_unit_test(from_inet),
		cmocka_unit_test(from_inet6),
		cmocka_unit_test(from_other_families),
		cmocka_unit_test(real_sockets),
		cmocka_unit_test(within),
	};

	return cmocka_run_group_tests_name("endpoint", tests, NULL, NULL);
}
