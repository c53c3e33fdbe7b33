/* SPDX-License-Identifier: MIT */
/* SOCKOPTS as text, and what setting them does to real sockets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#include "runtime/value.h"
#include "sys/compiler.h"
#include "sys/sockopt.h"

static char reason[256];

static int parse(struct sockopts *out, const char *text)
{
	struct line why = line_over(reason, sizeof(reason));

	return value_parse_sockopts(out, text, (struct value_bounds){0, 0}, &why);
}

static void take(const char *text, const char *printed)
{
	struct sockopts opts, again;
	char out[1024];
	struct line l = line_over(out, sizeof(out));

	if (parse(&opts, text) < 0)
		fail_msg("\"%s\" %s", text, reason);
	value_print_sockopts(&l, &opts);
	assert_string_equal(out, printed);
	assert_int_equal(parse(&again, out), 0);
	assert_int_equal(again.count, opts.count);
	for (unsigned i = 0; i < opts.count; i++) {
		assert_int_equal(again.item[i].id, opts.item[i].id);
		assert_int_equal(again.item[i].len, opts.item[i].len);
		assert_memory_equal(again.item[i].bytes, opts.item[i].bytes, opts.item[i].len);
	}
}

static void refuse(const char *text, const char *part)
{
	struct sockopts opts = {.count = 99};

	if (parse(&opts, text) == 0)
		fail_msg("\"%s\" was taken", text);
	if (!strstr(reason, part))
		fail_msg("\"%s\" %s; expected: %s", text, reason, part);
	assert_int_equal(opts.count, 99);
}

static void ints_have_suffixes_hex_and_a_range(void **state)
{
	(void)state;
	take("", "");
	take("TCP_NODELAY=1,SO_SNDBUF=256K,IP_TOS=0x10",
		"TCP_NODELAY=1,SO_SNDBUF=262144,IP_TOS=16");
	take("SO_SNDBUF=1M, SO_RCVBUF=1G", "SO_SNDBUF=1048576,SO_RCVBUF=1073741824");
	take("SO_PEEK_OFF=-1", "SO_PEEK_OFF=-1");
	take("SO_MARK=2147483647", "SO_MARK=2147483647");
	take("SO_MARK=-2147483648", "SO_MARK=-2147483648");
	take("SO_MARK=0xffffffff", "SO_MARK=-1");
	take("SO_MARK=0xAb", "SO_MARK=171");
	refuse("SO_MARK=2147483648", "out of range");
	refuse("SO_MARK=-2147483649", "out of range");
	refuse("SO_MARK=0x100000000", "out of range");
	refuse("SO_SNDBUF=2G", "out of range");
	refuse("SO_SNDBUF=2097152K", "out of range");
	refuse("SO_SNDBUF=99999999999999999999999", "out of range");
	refuse("SO_SNDBUF=", "is no number");
	refuse("SO_SNDBUF=K", "is no number");
	refuse("SO_SNDBUF=1KK", "is no number");
	refuse("SO_SNDBUF=1T", "is no number");
	refuse("SO_SNDBUF=-", "is no number");
	refuse("SO_SNDBUF=0x", "is no number");
	refuse("SO_SNDBUF=0xg", "is no number");
	refuse("SO_SNDBUF=1 ,", "empty element");
	refuse("SO_SNDBUF= 1", "is no number");
}

static void other_forms(void **state)
{
	(void)state;
	take("SO_LINGER=5s,SO_RCVTIMEO=1500ms", "SO_LINGER=5s,SO_RCVTIMEO=1500ms");
	take("SO_LINGER=0s", "SO_LINGER=0s");
	take("SO_LINGER=off,SO_SNDTIMEO=off", "SO_LINGER=off,SO_SNDTIMEO=off");
	take("TCP_CONGESTION=reno,SO_BINDTODEVICE=lo", "TCP_CONGESTION=reno,SO_BINDTODEVICE=lo");
	take("TCP_CONGESTION=abcdefghijklmno", "TCP_CONGESTION=abcdefghijklmno");
	refuse("TCP_CONGESTION=abcdefghijklmnop", "is no name of 1 to 15");
	refuse("TCP_CONGESTION=", "is no name of 1 to 15");
	refuse("TCP_CONGESTION=a b", "is no name of 1 to 15");
	refuse("SO_LINGER=5", "has no unit: write 5s");
	refuse("SO_LINGER=1500ms", "is not a whole number of seconds");
	refuse("SO_LINGER=2147483648s", "is longer than a linger can be");
	refuse("SO_RCVTIMEO=5", "has no unit: write 5s");
}

static void names_are_known_and_single(void **state)
{
	(void)state;
	refuse("TCP_NODELY=1", "\"TCP_NODELY=1\", which names no socket option: the closest is "
			       "TCP_NODELAY");
	refuse("tcp_nodelay=1", "the closest is TCP_NODELAY");
	refuse("KEEPALIVE=1", "the closest is SO_KEEPALIVE");
	refuse("=1", "names no socket option");
	refuse("TCP_NODELAY", "has no value: write TCP_NODELAY=1");
	refuse("TCP_NODELAY=1,SO_MARK=1,TCP_NODELAY=1", "is there twice");
	refuse("TCP_NODELAY=1,", "is an empty element");
	refuse(",", "is an empty element");
}

static void sixteen_fit(void **state)
{
	char text[1024] = "";
	struct sockopts opts;
	int id, n = 0;

	(void)state;
	for (id = 0; n < SOCKOPTS_MAX; id++) {
		if (sockopt_row[id].form != FORM_INT)
			continue;
		sprintf(text + strlen(text), "%s%s=1", n ? "," : "", sockopt_row[id].name);
		n++;
	}
	assert_int_equal(parse(&opts, text), 0);
	assert_int_equal(opts.count, 16);
	strcat(text, ",TCP_NODELAY=1");
	refuse(text, "is one too many: 16 options fit");
}

static void rows_are_found_by_name_and_number(void **state)
{
	int id;

	(void)state;
	for (id = 0; id < SOCKOPT_COUNT; id++) {
		const struct sockopt_row *row = &sockopt_row[id];

		assert_int_equal(sockopt_by_name(row->name, strlen(row->name)), id);
		assert_int_equal(sockopt_by_number(row->level, row->number), id);
	}
	assert_int_equal(sockopt_by_name("SO_KEEPALIV", 11), -1);
	assert_int_equal(sockopt_by_name("", 0), -1);
	assert_int_equal(sockopt_by_number(SOL_SOCKET, SO_ERROR), -1);
	assert_int_equal(sockopt_by_number(-1, 1), -1);
}

static bool is_known(int fd, const struct sockopt_row *row)
{
	char value[64];
	socklen_t len = sizeof(value);

	return getsockopt(fd, row->level, row->number, value, &len) == 0;
}

/* A wrong number in sockopt.def would be another option: the kernel must know every one. */
static void the_kernel_knows_every_row(void **state)
{
	/* cannot be read, need a raw or connected socket or a module, or came after Linux 6.1 */
	static const char *const elsewhere[] = {"SO_RCVBUFFORCE", "SO_SNDBUFFORCE", "IPV6_ADDRFORM",
		"TCP_ULP", "IP_HDRINCL", "IP_ROUTER_ALERT", "IP_CHECKSUM", "IPV6_CHECKSUM",
		"IPV6_ROUTER_ALERT", "IP_NODEFRAG", "IPV6_MTU", "TCP_RTO_MAX_MS", "TCP_RTO_MIN_US",
		"TCP_DELACK_MAX_US", "IP_LOCAL_PORT_RANGE", "SO_RCVMARK", "SO_BUSY_POLL_BUDGET"};
	const int family[] = {AF_INET6, AF_INET6, AF_UNIX};
	const int type[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_STREAM};
	bool known[SOCKOPT_COUNT] = {false};
	size_t i;
	int id;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(elsewhere); i++)
		known[sockopt_by_name(elsewhere[i], strlen(elsewhere[i]))] = true;
	for (i = 0; i < ARRAY_SIZE(family); i++) {
		int fd = socket(family[i], type[i], 0);

		assert_true(fd >= 0);
		for (id = 0; id < SOCKOPT_COUNT; id++)
			known[id] |= is_known(fd, &sockopt_row[id]);
		close(fd);
	}
	for (id = 0; id < SOCKOPT_COUNT; id++)
		if (!known[id])
			fail_msg("%s is not known", sockopt_row[id].name);
}

static void set_all(int fd, const char *text)
{
	struct sockopts opts;

	assert_int_equal(parse(&opts, text), 0);
	for (unsigned i = 0; i < opts.count; i++) {
		const struct sockopt_row *row = &sockopt_row[opts.item[i].id];

		assert_int_equal(sockopt_set(fd, row->level, row->number, opts.item[i].bytes,
					 opts.item[i].len),
			0);
	}
}

static void parsed_values_take_effect(void **state)
{
	int n, fd = socket(AF_INET, SOCK_STREAM, 0);
	struct linger linger;
	struct timeval tv;
	char text[16] = "";
	socklen_t len = sizeof(linger);

	(void)state;
	set_all(fd, "TCP_NODELAY=1,SO_LINGER=7s,SO_RCVTIMEO=1500ms,TCP_CONGESTION=reno,IP_TOS=0x10,"
		    "TCP_KEEPIDLE=42");
	assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &len), 0);
	assert_int_equal(linger.l_onoff, 1);
	assert_int_equal(linger.l_linger, 7);
	len = sizeof(tv);
	assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, &len), 0);
	assert_int_equal(tv.tv_sec * 1000 + tv.tv_usec / 1000, 1500);
	len = sizeof(text);
	assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, text, &len), 0);
	assert_string_equal(text, "reno");
	assert_int_equal(sockopt_get_int(fd, IPPROTO_IP, IP_TOS, &n), 0);
	assert_int_equal(n, 0x10);
	assert_int_equal(sockopt_get_int(fd, IPPROTO_TCP, TCP_KEEPIDLE, &n), 0);
	assert_int_equal(n, 42);
	close(fd);
}

static void calls_keep_errno_and_tell_their_own(void **state)
{
	int pipes[2], n = 5, fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	errno = EXDEV;
	assert_int_equal(sockopt_set_int(fd, SOL_SOCKET, SO_KEEPALIVE, 1), 0);
	assert_int_equal(sockopt_get_int(fd, SOL_SOCKET, SO_KEEPALIVE, &n), 0);
	assert_int_equal(n, 1);
	n = 5;
	assert_int_equal(sockopt_set_int(pipes[0], SOL_SOCKET, SO_KEEPALIVE, 1), -ENOTSOCK);
	assert_int_equal(sockopt_get_int(-1, SOL_SOCKET, SO_KEEPALIVE, &n), -EBADF);
	assert_int_equal(n, 5);
	assert_int_equal(errno, EXDEV);
	close(fd);
	close(pipes[0]);
	close(pipes[1]);
}

static void cookies_tell_sockets_apart(void **state)
{
	int a = socket(AF_INET, SOCK_STREAM, 0), b = socket(AF_INET, SOCK_STREAM, 0), copy = dup(a);
	uint64_t cookie = sockopt_cookie(a), want = 0;
	socklen_t len = sizeof(want);

	(void)state;
	assert_int_equal(getsockopt(a, SOL_SOCKET, SO_COOKIE, &want, &len), 0);
	assert_true(cookie != 0 && cookie == want);
	assert_true(cookie == sockopt_cookie(copy));
	assert_true(cookie != sockopt_cookie(b));
	assert_true(sockopt_cookie(-1) == 0);
	close(a);
	close(b);
	close(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ints_have_suffixes_hex_and_a_range),
		cmocka_unit_test(other_forms),
		cmocka_unit_test(names_are_known_and_single),
		cmocka_unit_test(sixteen_fit),
		cmocka_unit_test(rows_are_found_by_name_and_number),
		cmocka_unit_test(the_kernel_knows_every_row),
		cmocka_unit_test(parsed_values_take_effect),
		cmocka_unit_test(calls_keep_errno_and_tell_their_own),
		cmocka_unit_test(cookies_tell_sockets_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
