/* SPDX-License-Identifier: MIT */
/*
 * print_pcapng: what events become which packets.  With a folder as its argument it writes the
 * dialogues there, one file each, for tests/pcapng.bats to show them to tshark.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>

#include <cmocka.h>

#include "pcapng_dialogues.h"
#include "pcapng_shape.h"
#include "sys/compiler.h"

static void conversations(void **state)
{
	(void)state;
	expect_stream(http, ">S <SA >A >PA47 <PA37 <PA35 <PA5 <FA >A >FA <A");
	expect_stream(redis, "<S >SA <A <PA27 >PA5 <PA27 >PA5 <PA27 >PA5 <FA >A >FA <A");
	expect_stream(half_closed, ">S <SA >A >PA7 >FA <A <PA6 <FA >A");
	expect_stream(capped, "<S >SA <A <PA27 >PA43 >A65495 >A65495 >A65495 >PA3515 <PA27 >PA29 "
			      ">FA <A");
	expect_stream(unknown, ">PA8 <PA6 >FA <A");
	expect_stream(exits, ">S <SA >A >PA3 >FA <A");
}

static void comments_and_times(void **state)
{
	(void)state;
	see(http);
	assert_string_equal(w.packet[0].comment, "pid 42/42 nginx fd 7 connect conn 1");
	assert_string_equal(w.packet[2].comment, "");
	assert_string_equal(w.packet[3].comment, "pid 42/42 nginx fd 7 send conn 1");
	assert_true(w.packet[3].time_ns == 1700000000000002001);
	assert_string_equal(w.packet[9].comment, "pid 42/42 nginx fd 7 close conn 1");
	free(file);
	see(local);
	assert_string_equal(
		w.packet[3].comment, "pid 42/42 nginx fd 7 send conn 1 unix:/run/docker.sock");
	assert_int_equal(w.packet[3].interface, 1);
	assert_string_equal(w.packet[7].comment, "pid 42/42 nginx fd 7 send conn 2 unix:@\\33[31m");
	free(file);
}

static void one_view_of_both_ends(void **state)
{
	(void)state;
	expect_stream(both_ends, ">S <SA >A >PA27 <PA27 >FA <A <FA >A");
}

static void each_byte_once_whoever_tells_it(void **state)
{
	(void)state;
	expect_stream(unread, ">S <SA >A <PA5 <FA >A >FA <A");
	expect_stream(by_stdio, ">S <SA >A >PA8 <PA6 >PA13 >PA4 >FA <A <FA >A");
	expect_stream(by_sendfile, ">S <SA >A <PA4 <PA20 <PA80 <PA4 >FA <A <FA >A");
	expect_stream(unfinished, ">S <SA >A >PA1000 >FA <A");
	expect_stream(with_losses, ">S <SA >A >PA1000 <PA4 >FA <A");
}

static void fork_child_goes_on(void **state)
{
	(void)state;
	expect_stream(fork_server, "<S >SA <A <PA27 >PA27 >FA <A");
	expect_stream(fork_exits, ">S <SA >A >PA10");
	expect_stream(fork_used, ">S <SA >A >PA3 >PA5 >FA <A");
}

static void found_in_the_middle(void **state)
{
	(void)state;
	expect_stream(in_the_middle,
		">A65495 >A65495 >A65495 >A65495 >A65495 <A >A65495 >A65495 >A65495 >A65495 "
		">A65495 <A >A65495 >A65495 >PA492 <PA4 <RA");
}

static void datagrams_of_udp(void **state)
{
	(void)state;
	see(datagrams);
	assert_string_equal(shape(), ">U29 >U4 <U >U3 >U3 >U4");
	assert_memory_equal(w.packet[0].bytes + 12, "\0\0\0\0\12\0\0\65", 8);
	free(file);
	see(local);
	assert_string_equal(shape(), ">S <SA >A >PA36 <PA27 >FA <A >U3 >U65507 >U65507 >U1");
	assert_int_equal(w.packet[9].captured, 58);
	assert_int_equal(w.packet[9].bytes[48], 'x');
	free(file);
}

static void nobody_accepted(void **state)
{
	(void)state;
	see(refused);
	assert_string_equal(shape(), ">S <RA >S <RA >S <SA >A >FA <A");
	free(file);
}

static void losses_are_told(void **state)
{
	(void)state;
	see(unknown);
	assert_true(w.dropped == 5);
	free(file);
}

static void split_where_lengths_demand(void **state)
{
	(void)state;
	see(at_the_boundary);
	assert_string_equal(shape(), ">PA65494 >PA65495 >A65495 >PA1 >A65495 >PA1");
	numbers_follow(1);
	assert_int_equal(w.packet[1].original, 65535);
	assert_int_equal(w.packet[3].captured, 41);
	assert_int_equal(w.packet[3].bytes[40], (uint8_t)(PACKET_TCP_MAX >> 8 ^ PACKET_TCP_MAX));
	assert_int_equal(w.packet[4].captured, 50);
	assert_int_equal(w.packet[5].captured, 40);
	free(file);
}

/* Peeking, what fails, and the end of stream that shutdown(SHUT_RD) makes leave no packet. */
static void nothing_moved(struct script *s)
{
	struct connection c = script_between(s, 42, CONN_INHERITED, CLIENT, SERVER);
	struct event e = {.kind = EVENT_CALL, .call = CALL_recv, .class = CLASS_IN, .asked = 9};

	script_opened(s, &c);
	script_send(s, &c, "x");
	e.flags = MSG_PEEK;
	script_event(s, &c, &e);
	e.flags = 0;
	e.ret = -1;
	script_event(s, &c, &e);
	e.ret = 0;
	e.asked = 0;
	script_event(s, &c, &e);
	e.call = CALL_shutdown;
	e.class = CLASS_HALF;
	e.flags = SHUT_RD;
	script_event(s, &c, &e);
	script_call(s, &c, CALL_recv, NULL, 0, 0);
	script_closed(s, &c, SIDE_NONE);
}

static void only_traffic_is_shown(void **state)
{
	(void)state;
	expect_stream(nothing_moved, ">PA1 >FA <A");
}

/* Nobody takes over from the one who closed: the FIN comes a second later, with its own time. */
static void nobody_inherits(struct script *s)
{
	struct connection a = script_between(s, 42, CONN_ACCEPT, SERVER, CLIENT), b = a;

	b.open.cookie = 77;
	b.id = ++s->connections;
	script_opened(s, &a);
	script_closed(s, &a, SIDE_US);
	s->now_ns += 2000000000;
	script_opened(s, &b);
}

static void ports_used_again(void **state)
{
	(void)state;
	see(nobody_inherits);
	assert_string_equal(shape(), "<S >SA <A >FA <A <S >SA <A");
	assert_true(w.packet[3].time_ns == 1700000000000002001);
	assert_int_equal(wire32(transport(0) + 4), 1);
	assert_int_equal(wire32(transport(5) + 4), 2);
	free(file);
}

static int write_dialogues(const char *folder)
{
	for (size_t i = 0; i < ARRAY_SIZE(dialogue); i++) {
		char path[4096];
		FILE *out;

		snprintf(path, sizeof(path), "%s/%s.pcapng", folder, dialogue[i].name);
		out = fopen(path, "w");
		if (!out)
			return perror(path), 1;
		play(dialogue[i].play, out);
		if (fclose(out))
			return perror(path), 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conversations),
		cmocka_unit_test(comments_and_times),
		cmocka_unit_test(one_view_of_both_ends),
		cmocka_unit_test(each_byte_once_whoever_tells_it),
		cmocka_unit_test(fork_child_goes_on),
		cmocka_unit_test(found_in_the_middle),
		cmocka_unit_test(datagrams_of_udp),
		cmocka_unit_test(nobody_accepted),
		cmocka_unit_test(losses_are_told),
		cmocka_unit_test(split_where_lengths_demand),
		cmocka_unit_test(only_traffic_is_shown),
		cmocka_unit_test(ports_used_again),
	};

	if (argc > 1)
		return write_dialogues(argv[1]);
	return cmocka_run_group_tests_name("print_pcapng", tests, NULL, NULL);
}
