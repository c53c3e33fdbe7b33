/* SPDX-License-Identifier: MIT */
/* print_text: calls as strace shows them; no byte of a program's reaches a terminal raw. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "text_fixture.h"

#define CALL_SAYS(text, ...) says(call(__VA_ARGS__), AT text " <0.000000>")

static void as_in_the_issue(void **state)
{
	struct event e =
		with_payload(fixture_call(&conn, CALL_send, CLASS_OUT, 0, 0, 64), "SELECT 1", 8);

	(void)state;
	e.tid = 43;
	e.flags = MSG_NOSIGNAL;
	e.start_ns += 1123456789;
	e.end_ns = e.start_ns + 12345;
	says(e, "12:00:01.123456 [42/43] 10.0.0.1:40000→10.0.0.2:5432 "
		"send(7, \"SELECT 1\"…, 64, MSG_NOSIGNAL) = 64 <0.000012>");
}

static void arguments_of_opening(void **state)
{
	(void)state;
	CALL_SAYS("socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC) = 7", CALL_socket, 7, 7, AF_INET,
		SOCK_STREAM | SOCK_CLOEXEC);
	CALL_SAYS("socket(99, 12|SOCK_NONBLOCK|0x10) = -1 EAFNOSUPPORT (Address family not "
		  "supported by protocol)",
		CALL_socket, -1, -EAFNOSUPPORT, 99, 12 | SOCK_NONBLOCK | 0x10);
	CALL_SAYS("socketpair(AF_UNIX, SOCK_DGRAM, [5, 6]) = 0", CALL_socketpair, 5, 6, AF_UNIX,
		SOCK_DGRAM);
	CALL_SAYS("socketpair(AF_UNIX, SOCK_DGRAM) = -1 EMFILE (Too many open files)",
		CALL_socketpair, -1, -EMFILE, AF_UNIX, SOCK_DGRAM);
	CALL_SAYS("listen(4, 128) = 0", CALL_listen, 4, 0, 128, 0);
	CALL_SAYS("accept(4) = -1 EAGAIN (Resource temporarily unavailable)", CALL_accept, 4,
		-EAGAIN, 0, 0);
	CALL_SAYS("dup(5) = 6", CALL_dup, 5, 6, 0, 0);
	CALL_SAYS("dup2(5, 6) = 6", CALL_dup2, 5, 6, 6, 0);
	CALL_SAYS("dup3(5, 6, O_CLOEXEC) = 6", CALL_dup3, 5, 6, 6, O_CLOEXEC);
	CALL_SAYS("dup3(5, 6, 0) = 6", CALL_dup3, 5, 6, 6, 0);
	CALL_SAYS("fcntl(5, F_DUPFD_CLOEXEC, 3) = 6", CALL_fcntl, 5, 6, F_DUPFD_CLOEXEC, 3);
}

static void arguments_of_closing(void **state)
{
	(void)state;
	CALL_SAYS("close(5) = 0", CALL_close, 5, 0, 0, 0);
	CALL_SAYS("fclose(5) = 0", CALL_fclose, 5, 0, 0, 0);
	CALL_SAYS("closefrom(3) = 0", CALL_closefrom, 3, 0, 0, 0);
	CALL_SAYS("close_range(3, 4294967295, CLOSE_RANGE_CLOEXEC) = 0", CALL_close_range, 3, 0,
		UINT32_MAX, 4);
	CALL_SAYS("shutdown(5, SHUT_RD) = 0", CALL_shutdown, 5, 0, 0, SHUT_RD);
	CALL_SAYS("shutdown(5, SHUT_WR) = 0", CALL_shutdown, 5, 0, 0, SHUT_WR);
	CALL_SAYS("shutdown(5, 9) = -1 EINVAL (Invalid argument)", CALL_shutdown, 5, -EINVAL, 0, 9);
}

static void arguments_with_addresses(void **state)
{
	const struct endpoint to = fixture_ip(9, 333), local = {.family = AF_UNIX};
	struct event e = call(CALL_accept4, 4, 7, 0, SOCK_CLOEXEC);

	(void)state;
	e.address = &to;
	says(e, AT "accept4(4, 10.0.0.9:333, SOCK_CLOEXEC) = 7 <0.000000>");
	e.flags = 0;
	says(e, AT "accept4(4, 10.0.0.9:333, 0) = 7 <0.000000>");
	e = call(CALL_connect, 5, -EINPROGRESS, 0, 0);
	e.address = &to;
	says(e, AT "connect(5, 10.0.0.9:333) = -1 EINPROGRESS (Operation now in progress) "
		   "<0.000000>");
	e = fixture_call(&conn, CALL_accept, CLASS_OPEN, 0, 0, 9);
	says(e, ON "accept(7, 10.0.0.2:5432) = 9 <0.000000>");
	e = fixture_call(&conn, CALL_connect, CLASS_OPEN, 0, 0, 0);
	says(e, ON "connect(7, AF_UNSPEC) = 0 <0.000000>");
	e = fixture_call(&conn, CALL_listen, CLASS_OPEN, 0, 0, 0);
	says(e, ON "listen(7, 0) = 0 <0.000000>");
	e = fixture_call(&conn, CALL_connect, CLASS_OPEN, 0, 0, 0);
	e.address = &local;
	conn.open = (struct story_open){.how = CONN_CONNECT, .socket = SOCKET_UNIX, .path = "/x"};
	says(e, AT "unix→unix:/x connect(7, unix:/x) = 0 <0.000000>");
	e = call(CALL_connect, 5, -ENOENT, 0, 0);
	e.address = &local;
	says(e, AT "connect(5, unix) = -1 ENOENT (No such file or directory) <0.000000>");
	e = call(CALL_sendto, 5, 64, 64, MSG_DONTWAIT | MSG_MORE);
	e.address = &to;
	says(e, AT "sendto(5, …, 64, MSG_DONTWAIT|MSG_MORE, 10.0.0.9:333) = 64 <0.000000>");
}

static void arguments_of_waiting(void **state)
{
	(void)state;
	CALL_SAYS("poll(2 fds, 5000 ms) = 1", CALL_poll, -1, 1, 2, 5000);
	CALL_SAYS("poll(2 fds, 5000 ms) = 0 (Timeout)", CALL_poll, -1, 0, 2, 5000);
	CALL_SAYS("poll(5, 5000 ms) = 1", CALL_poll, 5, 1, 1, 5000);
	CALL_SAYS("select(9 fds, 0 ms) = 3", CALL_select, -1, 3, 9, 0);
	CALL_SAYS(
		"epoll_wait(5, 64 events, no timeout) = 3", CALL_epoll_wait, 5, 3, 64, UINT32_MAX);
}

#define LEVEL(level, name) ((uint32_t)(level) << 16 | (name))

static void arguments_of_options(void **state)
{
	uint32_t text;

	(void)state;
	CALL_SAYS("setsockopt(5, SOL_TCP, TCP_NODELAY, 1) = 0", CALL_setsockopt, 5, 0,
		LEVEL(SOL_TCP, TCP_NODELAY), 1);
	CALL_SAYS("setsockopt(5, SOL_IPV6, IPV6_UNICAST_HOPS, -1) = 0", CALL_setsockopt, 5, 0,
		LEVEL(IPPROTO_IPV6, IPV6_UNICAST_HOPS), UINT32_MAX);
	CALL_SAYS("getsockopt(5, SOL_SOCKET, SO_ERROR, ECONNREFUSED) = 0", CALL_getsockopt, 5, 0,
		LEVEL(SOL_SOCKET, SO_ERROR), ECONNREFUSED);
	CALL_SAYS("getsockopt(5, SOL_SOCKET, SO_ERROR, 0) = 0", CALL_getsockopt, 5, 0,
		LEVEL(SOL_SOCKET, SO_ERROR), 0);
	CALL_SAYS("getsockopt(5, 99, 77, …) = -1 ENOPROTOOPT (Protocol not available)",
		CALL_getsockopt, 5, -ENOPROTOOPT, LEVEL(99, 77), 0);
	CALL_SAYS("setsockopt(5, SOL_SOCKET, SO_RCVTIMEO, …) = 0", CALL_setsockopt, 5, 0,
		LEVEL(SOL_SOCKET, SO_RCVTIMEO), 0);
	CALL_SAYS("setsockopt(5, SOL_SOCKET, SO_LINGER, …) = 0", CALL_setsockopt, 5, 0,
		LEVEL(SOL_SOCKET, SO_LINGER), 1);
	CALL_SAYS("getsockopt(5, SOL_TCP, TCP_INFO, …) = 0", CALL_getsockopt, 5, 0,
		LEVEL(SOL_TCP, TCP_INFO), 1);
	memcpy(&text, "b\033br", 4);
	CALL_SAYS("setsockopt(5, SOL_TCP, TCP_CONGESTION, \"b\\33br\") = 0", CALL_setsockopt, 5, 0,
		LEVEL(SOL_TCP, TCP_CONGESTION), text);
}

static void arguments_of_data(void **state)
{
	struct event e;

	(void)state;
	CALL_SAYS("read(5, …, 4096) = 512", CALL_read, 5, 512, 4096, 0);
	CALL_SAYS("recv(5, …, 4096, MSG_PEEK|0x8000000) = 1", CALL_recv, 5, 1, 4096,
		MSG_PEEK | 0x8000000);
	CALL_SAYS(
		"send(5, …, 4294967295+, 0) = 2147483647", CALL_send, 5, INT32_MAX, UINT32_MAX, 0);
	CALL_SAYS("sendmmsg(5, …, 1400 bytes, 0) = 3", CALL_sendmmsg, 5, 3, 1400, 0);
	CALL_SAYS("sendfile(5, …, 65536) = 65536", CALL_sendfile, 5, 65536, 65536, 0);
	CALL_SAYS("splice(…, 5, 65536, SPLICE_F_MOVE) = 100", CALL_splice, 5, 100, 65536,
		SPLICE_F_MOVE);
	e = call(CALL_splice, 5, 100, 65536, 1u << 31);
	e.class = CLASS_IN;
	says(e, AT "splice(5, …, 65536, 0) = 100 <0.000000>");
	CALL_SAYS("recv(5, …, 4096, 0) = -1 errno 4000 (Unknown error 4000)", CALL_recv, 5, -4000,
		4096, 0);
}

static void payload(void **state)
{
	struct event e = fixture_call(&conn, CALL_recv, CLASS_IN, 0, 0, 5);

	(void)state;
	says(with_payload(e, "hello", 5), ON "recv(7, \"hello\", 4096, 0) = 5 <0.000000>");
	fixture_options.payload = 4;
	says(with_payload(e, "hello", 5), ON "recv(7, \"hell\"…, 4096, 0) = 5 <0.000000>");
	fixture_options.payload = 0;
	says(with_payload(e, "hello", 5), ON "recv(7, …, 4096, 0) = 5 <0.000000>");
	fixture_options.payload = UINT32_MAX;
	says(with_payload(e, "hell", 4), ON "recv(7, \"hell\"…, 4096, 0) = 5 <0.000000>");
	e = fixture_call(&conn, CALL_recv, CLASS_IN, 0, 0, 0);
	says(with_payload(e, NULL, 0), ON "recv(7, \"\", 4096, 0) = 0 <0.000000>");
	e = fixture_call(&conn, CALL_send, CLASS_OUT, 0, 0, 0);
	says(with_payload(e, NULL, 0), ON "send(7, \"\", 0, 0) = 0 <0.000000>");
	e = fixture_call(&conn, CALL_recv, CLASS_IN, 0, 0, 0);
	fixture_header.payload = 0; /* nothing was kept: nobody knows that it was empty */
	says(e, ON "recv(7, …, 4096, 0) = 0 <0.000000>");
	e = call(CALL_recvmmsg, 5, 2, 4096, 0);
	e.bytes = 3;
	says(with_payload(e, "abc", 3), AT "recvmmsg(5, \"abc\", 4096 bytes, 0) = 2 <0.000000>");
	e.bytes = 4;
	says(with_payload(e, "abc", 3), AT "recvmmsg(5, \"abc\"…, 4096 bytes, 0) = 2 <0.000000>");
}

static void escapes(void **state)
{
	struct event e = fixture_call(&conn, CALL_read, CLASS_IN, 0, 0, 16);

	(void)state;
	says(with_payload(e, "\"\\\t\r\n\033[2J\0011\1x\xc3\xb6", 16),
		ON "read(7, \"\\\"\\\\\\t\\r\\n\\33[2J\\0011\\1x\\303\\266\\0\", 4096) = 16 "
		   "<0.000000>");
}

static void hostile_bytes(void **state)
{
	struct event e = fixture_call(&conn, CALL_write, CLASS_OUT, 0, 0, 256);
	unsigned char all[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all); i++)
		all[i] = (unsigned char)i;
	fixture_options.payload = UINT32_MAX;
	is_harmless(printed(with_payload(e, all, sizeof(all))));
	conn.open.socket = SOCKET_UNIX;
	memcpy(conn.open.path, all + 130, sizeof(conn.open.path) - 1);
	conn.open.path[sizeof(conn.open.path) - 1] = '\0';
	is_harmless(printed(e));
	e = fixture_event(EVENT_PROCESS, NULL, 0);
	for (i = 1; i + sizeof(fixture_story.program.text) < sizeof(all); i += 70) {
		fixture_story.head = STORY_EXEC;
		memcpy(fixture_story.program.text, all + i, sizeof(fixture_story.program.text));
		is_harmless(printed(e)); /* no NUL at its end either */
	}
}

/* The longest line that there can be is whole. */
static void longest_line(void **state)
{
	struct event e = fixture_call(&conn, CALL_write, CLASS_OUT, 0, 0, RECORD_PAYLOAD_MAX);
	char *bytes = malloc(RECORD_PAYLOAD_MAX), *text;

	(void)state;
	memset(bytes, 0xff, RECORD_PAYLOAD_MAX);
	fixture_options.payload = UINT32_MAX;
	text = printed(with_payload(e, bytes, RECORD_PAYLOAD_MAX));
	assert_non_null(strstr(text, "\\377\", 32768) = 32768 <0.000000>\n"));
	is_harmless(text);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(as_in_the_issue),
		TEST(arguments_of_opening),
		TEST(arguments_of_closing),
		TEST(arguments_with_addresses),
		TEST(arguments_of_waiting),
		TEST(arguments_of_options),
		TEST(arguments_of_data),
		TEST(payload),
		TEST(escapes),
		TEST(hostile_bytes),
		TEST(longest_line),
	};

	return cmocka_run_group_tests_name("print_text_call", tests, NULL, NULL);
}
