/* SPDX-License-Identifier: MIT */
/* reader: recordings that are still being written, and what is lost to one who is slower. */
#include "reader_drain.h"

static struct recording r;
static struct reader *reader;

static int begin(void **state)
{
	(void)state;
	time_is(0);
	r = recording_make(-1, 4, 2);
	return 0;
}

static int end(void **state)
{
	(void)state;
	reader_close(reader);
	close(r.fd);
	return 0;
}

/* At that time (ms), there is this. */
static void at(int64_t ms, const char *words)
{
	time_is(ms * MS);
	assert_drained(reader, words);
}

static void held_back_for_50_ms(void **state)
{
	(void)state;
	reader = open_it(&r, true);
	recording_claim(&r, 1, 90 * MS, 1);
	recording_claim(&r, 2, 91 * MS, 2);
	call_at(&r, 1, CALL_recv, 100);
	at(140, "");
	call_at(&r, 2, CALL_send, 95); /* a slow writer */
	recording_tell(&r, (struct story){.fd = -1}, STORY_START, 94 * MS);
	at(151, "process@94 send@95 recv@100");
	call_at(&r, 1, CALL_recv, 190);
	at(200, "");
	reader_finish(reader);
	at(200, "recv@190");
	assert_string_equal(reader_missing(reader), "");
}

/* What is handed out stays good, whatever turns up then. */
static void finished_in_between(void **state)
{
	const struct event *e;

	(void)state;
	recording_claim(&r, 1, 0, 1);
	recording_claim(&r, 2, 0, 2);
	reader = open_it(&r, true);
	at(100, "");
	recording_add(&r, 1,
		(struct recording_call){
			.call = CALL_recv, .end = 60 * MS, .payload = "abc", .payload_bytes = 3});
	time_is(111 * MS);
	e = reader_next(reader);
	call_at(&r, 2, CALL_send, 1); /* much too late */
	reader_finish(reader);
	assert_memory_equal(e->payload, "abc", 3);
	at(111, "send@1");
}

static void quiet_chunks_go_on(void **state)
{
	(void)state;
	recording_claim(&r, 1, 0, 1);
	call_at(&r, 1, CALL_recv, 1);
	reader = open_it(&r, true);
	at(100, "recv@1");
	at(5000, "");
	call_at(&r, 1, CALL_send, 5001);
	at(5100, "send@5001");
}

static void looked_at_every_10_ms(void **state)
{
	(void)state;
	recording_claim(&r, 1, 0, 1);
	reader = open_it(&r, true);
	at(100, "");
	call_at(&r, 1, CALL_recv, 1);
	at(109, "");
	at(110, "recv@1");
}

static void waits_for_what_was_begun(void **state)
{
	const struct recording_call begun = {.call = CALL_send, .start = 9 * MS, .end = 10 * MS};
	struct recording_call pending = begun;
	uint64_t where;

	(void)state;
	pending.pending = true;
	recording_claim(&r, 1, 0, 1);
	recording_claim(&r, 2, 0, 2);
	reader = open_it(&r, true);
	call_at(&r, 2, CALL_read, 8);
	where = recording_add(&r, 1, pending);
	call_at(&r, 1, CALL_recv, 20);
	call_at(&r, 2, CALL_write, 21);
	at(100, "read@8"); /* the others' must not come before it */
	recording_commit(&r, where, begun);
	at(110, "send@10 recv@20 write@21");
}

static void gives_up_after_100_ms(void **state)
{
	(void)state;
	recording_claim(&r, 1, 0, 1);
	reader = open_it(&r, true);
	recording_hole(&r, 1, 56);
	recording_add(&r, 1, (struct recording_call){.pending = true});
	call_at(&r, 1, CALL_recv, 20);
	at(119, "");
	at(130, "recv@20");
	recording_hole(&r, 1, 48); /* nothing behind it: nothing is waited for */
	recording_claim(&r, 2, 0, 2);
	call_at(&r, 2, CALL_send, 30);
	at(140, "send@30");
}

static void waits_for_stories(void **state)
{
	const uint64_t head = 1 << 8 | STORY_ARMED;
	uint64_t where;

	(void)state;
	reader = open_it(&r, true);
	where = recording_tell(&r, (struct story){.fd = -1}, STORY_PENDING, 10 * MS);
	recording_tell(&r, (struct story){.fd = -1}, STORY_START, 20 * MS);
	recording_claim(&r, 1, 0, 1);
	call_at(&r, 1, CALL_recv, 21);
	at(80, "");
	recording_write(&r, &head, sizeof(head), where);
	at(90, "armed@10 process@20 recv@21");
	recording_tell(&r, (struct story){.fd = -1}, STORY_PENDING, 100 * MS);
	recording_tell(&r, (struct story){.fd = -1}, STORY_STRICT, 110 * MS);
	at(209, "");
	at(220, "process@110");
}

/* Its ticket is taken, and somebody else's chunk is there first. */
static void chunk_signed_late(void **state)
{
	(void)state;
	r.h.chunk_ticket = 1;
	recording_claim(&r, 2, 2 * MS, 2);
	call_at(&r, 2, CALL_send, 3);
	reader = open_it(&r, true);
	at(100, "send@3");
	recording_claim(&r, 1, 101 * MS, 1);
	call_at(&r, 1, CALL_recv, 102);
	at(200, "recv@102");
}

/* What a reader has read is not lost when it is overwritten. */
static void overwritten_after_it_was_read(void **state)
{
	(void)state;
	reader = open_it(&r, true);
	for (uint32_t i = 1; i <= 9; i++) {
		char want[64];

		r.h.overwritten += i > 2 ? 2 : 0;
		recording_claim(&r, i, i * 2000 * MS, 1);
		call_at(&r, i, CALL_recv, (int)i * 2000 + 1);
		recording_tell(&r, (struct story){.fd = -1}, STORY_START, (i * 2000 + 2) * MS);
		call_at(&r, i, CALL_send, (int)i * 2000 + 3);
		snprintf(want, sizeof(want), "recv@%u process@%u send@%u", i * 2000 + 1,
			i * 2000 + 2, i * 2000 + 3);
		at(i * 2000 + 100, want);
	}
	reader_finish(reader);
	at(20000, "");
}

/* Of the first one it read 1 of 3, and the second one not at all. */
static void overwritten_before_it_was_read(void **state)
{
	(void)state;
	reader = open_it(&r, true);
	recording_claim(&r, 1, 0, 1);
	call_at(&r, 1, CALL_recv, 1);
	at(100, "recv@1");
	call_at(&r, 1, CALL_recv, 102);
	call_at(&r, 1, CALL_recv, 103);
	recording_claim(&r, 2, 103 * MS, 1);
	call_at(&r, 2, CALL_recv, 104);
	r.h.overwritten = 3;
	recording_claim(&r, 3, 105 * MS, 1);
	call_at(&r, 3, CALL_send, 106);
	r.h.overwritten = 4;
	recording_claim(&r, 4, 107 * MS, 1);
	call_at(&r, 4, CALL_send, 108);
	at(2000, "lost(3)@106 send@106 send@108");
	reader_finish(reader);
	at(2100, "");
}

/* Several laps behind, and in the stories too. */
static void overtaken(void **state)
{
	(void)state;
	reader = open_it(&r, true);
	recording_claim(&r, 1, 0, 1);
	call_at(&r, 1, CALL_recv, 1);
	recording_tell(&r, (struct story){.fd = -1}, STORY_START, 2 * MS);
	at(100, "recv@1 process@2");
	for (uint32_t i = 2; i <= 9; i++) {
		r.h.overwritten += i > 2;
		recording_claim(&r, i, i * 100 * MS, 1);
		call_at(&r, i, CALL_send, (int)i * 100 + 1);
		recording_tell(&r, (struct story){.fd = -1}, STORY_START, (i * 100 + 2) * MS);
	}
	/* chunks 2 ... 7 and stories 2 ... 5 */
	at(3000, "lost(10)@602 process@602 process@702 send@801 process@802 send@901 process@902");
	reader_finish(reader);
	at(3100, "");
}

static void lost_is_told_as_it_happens(void **state)
{
	(void)state;
	r.h.full = RECORD_STOP;
	r.h.lost = 2;
	recording_claim(&r, 1, 0, 1);
	call_at(&r, 1, CALL_recv, 1);
	reader = open_it(&r, true);
	at(100, "lost(2)@1 recv@1");
	r.h.lost = 5;
	recording_header(&r);
	at(200, "");
	at(1200, "lost(3)@1");
	r.h.lost = 6;
	recording_header(&r);
	reader_finish(reader);
	at(1210, "lost(1)@1");
}

/* Nobody holds back what ended before the machine was booted. */
static void from_before_the_last_boot(void **state)
{
	(void)state;
	recording_claim(&r, 1, 0, 1);
	call_at(&r, 1, CALL_recv, 1);
	time_is(5 * MS - FIXTURE_MONO);
	reader = open_it(&r, true);
	assert_drained(reader, "recv@1");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(held_back_for_50_ms),
		TEST(finished_in_between),
		TEST(quiet_chunks_go_on),
		TEST(looked_at_every_10_ms),
		TEST(waits_for_what_was_begun),
		TEST(gives_up_after_100_ms),
		TEST(waits_for_stories),
		TEST(chunk_signed_late),
		TEST(overwritten_after_it_was_read),
		TEST(overwritten_before_it_was_read),
		TEST(overtaken),
		TEST(lost_is_told_as_it_happens),
		TEST(from_before_the_last_boot),
	};

	return cmocka_run_group_tests_name("reader_live", tests, NULL, NULL);
}
