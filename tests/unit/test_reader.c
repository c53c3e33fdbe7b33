/* SPDX-License-Identifier: MIT */
/* reader: finished recordings, in the order of time, each event with all that is known of it. */
#include "reader_drain.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "runtime/connpool.h"

static struct story of_conn(uint64_t conn)
{
	return (struct story){.conn = conn, .fd = 5};
}

static void nothing(void **state)
{
	struct recording r = recording_make(-1, 4, 4);

	(void)state;
	assert_all(&r, "");
}

static void threads_in_order(void **state)
{
	struct recording r = recording_make(-1, 4, 4);

	(void)state;
	recording_claim(&r, 1, 0, 1);
	recording_claim(&r, 2, 2 * MS, 2);
	call_at(&r, 1, CALL_recv, 3);
	call_at(&r, 2, CALL_send, 4);
	call_at(&r, 1, CALL_read, 5);
	call_at(&r, 2, CALL_write, 6);
	recording_claim(&r, 3, 6 * MS, 1); /* the thread's next */
	call_at(&r, 3, CALL_poll, 7);
	call_at(&r, 2, CALL_close, 8);
	assert_all(&r, "recv@3 send@4 read@5 write@6 poll@7 close@8");
}

/* Whoever has ticket 2 was preempted, and others were faster. */
static void tickets_out_of_order(void **state)
{
	struct recording r = recording_make(-1, 4, 8);

	(void)state;
	recording_claim(&r, 1, 0, 1);
	call_at(&r, 1, CALL_recv, 3);
	call_at(&r, 1, CALL_recv, 20);
	recording_claim(&r, 2, 50 * MS, 2);
	call_at(&r, 2, CALL_send, 51);
	recording_claim(&r, 3, 5 * MS, 3);
	call_at(&r, 3, CALL_read, 6);
	assert_all(&r, "recv@3 read@6 recv@20 send@51");
}

/* A handler's record may come first, though it ended later. */
static void handlers_in_order(void **state)
{
	struct recording r = recording_make(-1, 4, 4);

	(void)state;
	recording_claim(&r, 1, 0, 1);
	call_at(&r, 1, CALL_send, 5);
	call_at(&r, 1, CALL_write, 4);
	call_at(&r, 1, CALL_recv, 3);
	assert_all(&r, "recv@3 write@4 send@5");
}

static void begun_and_never_committed(void **state)
{
	struct recording r = recording_make(-1, 4, 4);

	(void)state;
	recording_claim(&r, 1, 0, 1);
	recording_hole(&r, 1, 72);
	call_at(&r, 1, CALL_recv, 3);
	recording_add(
		&r, 1, (struct recording_call){.payload = "x", .payload_bytes = 1, .pending = 1});
	recording_hole(&r, 1, 48);
	call_at(&r, 1, CALL_send, 4);
	recording_add(&r, 1, (struct recording_call){.pending = true});
	assert_all(&r, "recv@3 send@4");
}

static void full_chunk(void **state)
{
	struct recording r = recording_make(-1, 4, 2);
	struct reader *reader;
	int n = 0, last = -1;
	const struct event *e;

	(void)state;
	recording_claim(&r, 1, 0, 1);
	while (recording_used(&r, 1) + sizeof(struct record) <= RECORD_CHUNK_BYTES)
		recording_add(
			&r, 1, (struct recording_call){.call = CALL_recv, .end = MS + n, .ret = n}),
			n++;
	recording_hole(&r, 1, 300); /* what did not fit was added, too */
	reader = open_it(&r, false);
	while ((e = reader_next(reader)))
		assert_int_equal(e->ret, ++last);
	assert_int_equal(last, n - 1);
	assert_string_equal(reader_missing(reader), "");
	reader_close(reader);
	close(r.fd);
}

static void stories_among_calls(void **state)
{
	struct recording r = recording_make(-1, 8, 4);

	(void)state;
	recording_tell(&r, (struct story){.fd = -1}, STORY_START, 0);
	recording_claim(&r, 1, 0, 4200);
	recording_tell(&r, of_conn(7), STORY_OPEN, 4 * MS);
	recording_tell(&r, of_conn(8), STORY_OPEN, 3 * MS); /* its writer was faster */
	call_at(&r, 1, CALL_connect, 4);
	call_at(&r, 1, CALL_send, 6);
	recording_tell(&r, of_conn(7), STORY_VERDICT, 7 * MS);
	assert_all(&r, "process@0 open@3 open@4 connect@4 send@6 verdict@7");
}

/* It is told within close(), which has the connection still. */
static void close_comes_after_its_call(void **state)
{
	struct recording r = recording_make(-1, 8, 4);
	struct connection *c;
	struct reader *reader;
	uint64_t id;

	(void)state;
	recording_claim(&r, 1, 0, 4200);
	recording_tell(&r, of_conn(7), STORY_OPEN, 1 * MS);
	recording_tell(&r, of_conn(7), STORY_CLOSE, 10 * MS);
	recording_add(&r, 1,
		(struct recording_call){
			.call = CALL_close, .start = 9 * MS, .end = 11 * MS, .conn = 7});
	recording_claim(&r, 2, 0, 4300); /* another thread's, too late */
	recording_add(&r, 2,
		(struct recording_call){.call = CALL_recv, .start = 0, .end = 12 * MS, .conn = 7});
	recording_tell(&r, of_conn(7), STORY_OPEN, 20 * MS); /* the key comes again */
	reader = open_it(&r, false);
	c = reader_next(reader)->conn;
	assert_non_null(c);
	id = c->id;
	assert_int_equal(reader_next(reader)->call, CALL_close);
	assert_false(c->closed);
	assert_int_equal(reader_next(reader)->kind, EVENT_CLOSE);
	assert_true(c->closed);
	assert_null(reader_next(reader)->conn);
	c = reader_next(reader)->conn;
	assert_true(c->opened && !c->closed && c->id != id);
	assert_null(reader_next(reader));
	reader_close(reader);
	close(r.fd);
}

static void call_to_the_letter(void **state)
{
	const struct endpoint to = {.family = AF_INET, .port = 53, .ip = {10, 0, 0, 2}};
	struct recording r = recording_make(-1, 4, 4);
	struct reader *reader;
	const struct event *e;

	(void)state;
	recording_claim_of(&r, 1, 0, 77, 3, "resolver");
	recording_add(&r, 1,
		(struct recording_call){.call = CALL_sendto,
			.start = 2 * MS,
			.end = 5 * MS,
			.conn = 9,
			.fd = 6,
			.ret = 3,
			.asked = 4,
			.flags = MSG_NOSIGNAL,
			.to = &to,
			.payload = "abc",
			.payload_bytes = 3});
	recording_add(&r, 1,
		(struct recording_call){.call = CALL_recv, .end = 6 * MS, .ret = -1, .error = 11});
	reader = open_it(&r, false);
	e = reader_next(reader);
	assert_int_equal(e->start_ns, FIXTURE_REAL + 2 * MS);
	assert_int_equal(e->end_ns, FIXTURE_REAL + 5 * MS);
	assert_true(e->process == 3 && e->pid == 4202 && e->tid == 77);
	assert_string_equal(e->prog, "resolver");
	assert_true(e->conn->process == 3 && e->conn->pid == 4202 && !e->conn->opened);
	assert_true(e->fd == 6 && e->ret == 3 && !e->error && e->asked == 4);
	assert_true(e->class == CLASS_OUT && e->flags == MSG_NOSIGNAL && e->bytes == 3);
	assert_memory_equal(e->address, &to, sizeof(to));
	assert_int_equal(e->payload_bytes, 3);
	assert_memory_equal(e->payload, "abc", 3);
	assert_null(e->story);
	e = reader_next(reader);
	assert_true(e->ret == -1 && e->error == 11 && e->bytes == 0);
	assert_true(!e->conn && !e->address && !e->payload);
	reader_close(reader);
	close(r.fd);
}

/* ret and asked of calls, and what they moved. */
static void bytes_moved(void **state)
{
	static const struct {
		struct recording_call call;
		enum call_class class;
		int64_t bytes;
	} want[] = {
		{{.call = CALL_recv, .ret = 9}, CLASS_IN, 9},
		{{.call = CALL_recv, .ret = 9, .flags = MSG_PEEK | MSG_DONTWAIT}, CLASS_IN, 0},
		{{.call = CALL_recvmsg, .ret = 9, .flags = MSG_ERRQUEUE}, CLASS_IN, 0},
		{{.call = CALL_send, .ret = 9, .flags = MSG_NOSIGNAL}, CLASS_OUT, 9},
		{{.call = CALL_recvmmsg, .ret = 2, .asked = 300}, CLASS_IN, 300},
		{{.call = CALL_sendmmsg, .ret = -1, .asked = 300, .error = 11}, CLASS_OUT, 0},
		{{.call = CALL_splice, .ret = 8, .flags = 2}, CLASS_OUT, 8},
		{{.call = CALL_splice, .ret = 8, .flags = 1u << 31 | 2}, CLASS_IN, 8},
		{{.call = CALL_poll, .ret = 3, .flags = 2}, CLASS_WAIT, 0},
		{{.call = CALL_accept, .ret = 9}, CLASS_OPEN, 0},
	};
	struct recording r = recording_make(-1, 4, 4);
	struct reader *reader;
	size_t i;

	(void)state;
	recording_claim(&r, 1, 0, 1);
	for (i = 0; i < ARRAY_SIZE(want); i++)
		recording_add(&r, 1, want[i].call);
	reader = open_it(&r, false);
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		const struct event *e = reader_next(reader);

		assert_int_equal(e->call, want[i].call.call);
		assert_int_equal(e->class, want[i].class);
		assert_int_equal(e->bytes, want[i].bytes);
	}
	reader_close(reader);
	close(r.fd);
}

/* Two lines of descent, and the names of both. */
static void processes_have_names(void **state)
{
	struct recording r = recording_make(-1, 4, 4);
	struct story start = {.process = 1, .fd = -1}, forked = {.process = 2, .fd = -1};
	struct story opened = {.process = 2, .conn = 5, .fd = 5};
	struct reader *reader;
	const struct event *e;

	(void)state;
	strcpy(start.program.text, "master");
	strcpy(forked.program.text, "worker");
	recording_tell(&r, start, STORY_START, 0);
	recording_tell(&r, forked, STORY_FORK, 1 * MS);
	recording_tell(&r, opened, STORY_OPEN, 2 * MS);
	opened.process = 1; /* the same key, and another connection */
	recording_tell(&r, opened, STORY_OPEN, 3 * MS);
	reader = open_it(&r, false);
	assert_string_equal(reader_next(reader)->prog, "master");
	assert_string_equal(reader_next(reader)->prog, "worker");
	e = reader_next(reader);
	assert_string_equal(e->prog, "worker");
	assert_true(e->conn->id == 1 && e->conn->process == 2);
	e = reader_next(reader);
	assert_string_equal(e->prog, "master");
	assert_true(e->conn->id == 2 && e->conn->process == 1);
	reader_close(reader);
	close(r.fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing),
		cmocka_unit_test(threads_in_order),
		cmocka_unit_test(tickets_out_of_order),
		cmocka_unit_test(handlers_in_order),
		cmocka_unit_test(begun_and_never_committed),
		cmocka_unit_test(full_chunk),
		cmocka_unit_test(stories_among_calls),
		cmocka_unit_test(close_comes_after_its_call),
		cmocka_unit_test(call_to_the_letter),
		cmocka_unit_test(bytes_moved),
		cmocka_unit_test(processes_have_names),
	};

	return cmocka_run_group_tests_name("reader", tests, NULL, NULL);
}
