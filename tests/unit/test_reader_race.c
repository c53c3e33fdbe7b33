/* SPDX-License-Identifier: MIT */
/*
 * reader: what writers do between two reads of it, which are taken apart here; and how what was
 * lost is counted meanwhile.
 */
#include "reader_drain.h"

#include "reader_feed.h"

static struct recording r;
static struct reader *reader;

/* The writer's turn comes before the n-th read that begins in this part of the file. */
static struct {
	void (*writer)(void);
	uint64_t from, to;
	int n;
} turn;

ssize_t pread(int fd, void *buf, size_t bytes, off_t at)
{
	if (turn.writer && (uint64_t)at >= turn.from && (uint64_t)at < turn.to && !turn.n--) {
		void (*writer)(void) = turn.writer;

		turn.writer = NULL;
		writer();
	}
	return syscall(SYS_pread64, fd, buf, bytes, at);
}

static int begin(void **state)
{
	(void)state;
	time_is(1000 * MS);
	r = recording_make(-1, 4, 2);
	recording_claim(&r, 1, 0, 1);
	return 0;
}

static int end(void **state)
{
	(void)state;
	reader_close(reader);
	close(r.fd);
	return 0;
}

/* In the ticket's chunk, behind its head. */
static void turn_in_chunk(void (*writer)(void), int n)
{
	turn.writer = writer;
	turn.n = n;
	turn.from = recording_chunk_at(&r, 1) + sizeof(struct record_chunk);
	turn.to = recording_chunk_at(&r, 1) + RECORD_CHUNK_BYTES;
}

static uint64_t begun;

static void commit(void)
{
	const int64_t end = FIXTURE_MONO + 3 * MS;

	recording_write(&r, &end, sizeof(end), begun + offsetof(struct record, end_ns));
	recording_commit(&r, begun, (struct recording_call){.call = CALL_send});
}

/* A body is never older than its head. */
static void committed_between_heads_and_bodies(void **state)
{
	(void)state;
	call_at(&r, 1, CALL_recv, 1);
	begun = recording_add(
		&r, 1, (struct recording_call){.start = 1 * MS, .end = 2 * MS, .pending = true});
	reader = open_it(&r, true);
	turn_in_chunk(commit, 1);
	assert_drained(reader, "recv@1 send@3");
	assert_null(turn.writer);
}

static void reuse(void)
{
	r.h.chunk_ticket = 2;
	r.h.overwritten = 2;
	recording_claim(&r, 3, 10 * MS, 3);
	call_at(&r, 3, CALL_write, 11);
}

static void reused_between_heads_and_bodies(void **state)
{
	(void)state;
	call_at(&r, 1, CALL_recv, 1);
	call_at(&r, 1, CALL_recv, 2);
	reader = open_it(&r, true);
	turn_in_chunk(reuse, 1);
	assert_drained(reader, "");
	assert_null(turn.writer);
	time_is(2100 * MS);
	assert_drained(reader, "lost(2)@11 write@11");
}

static void reused_after_both(void **state)
{
	(void)state;
	call_at(&r, 1, CALL_recv, 1);
	call_at(&r, 1, CALL_recv, 2);
	reader = open_it(&r, true);
	turn_in_chunk(reuse, 2); /* there is none: so it is after the first load */
	assert_drained(reader, "recv@1 recv@2");
	turn.writer = NULL;
	reuse();
	time_is(2100 * MS);
	assert_drained(reader, "write@11");
}

static void overwrite_story(void)
{
	for (int i = 0; i < 4; i++)
		recording_tell(&r, (struct story){.fd = -1}, STORY_STRICT, (10 + i) * MS);
}

static void story_overwritten_between(void **state)
{
	(void)state;
	recording_tell(&r, (struct story){.fd = -1}, STORY_START, 1 * MS);
	reader = open_it(&r, true);
	turn.writer = overwrite_story;
	turn.n = 2; /* heads, bodies, heads */
	turn.from = RECORD_HEADER_BYTES;
	turn.to = recording_chunk_at(&r, 1);
	assert_drained(reader, "");
	assert_null(turn.writer);
	time_is(1010 * MS);
	assert_drained(reader, "process@10 process@11 process@12 process@13");
	time_is(2100 * MS);
	assert_drained(reader, "lost(1)@13");
}

/* Counted already, and its chunk not looked at: what was read there was in time. */
static void in_doubt_nothing_is_lost(void **state)
{
	struct reader_file f = {.fd = r.fd, .header = r.h};
	struct reader_counters c = {.chunks = 3, .overwritten = 5};
	struct reader_loss l;

	(void)state;
	reader = open_it(&r, false);
	f.chunk_bytes = 2 * RECORD_CHUNK_BYTES;
	reader_loss_start(&l, &f);
	reader_loss_read(&l, 1, 5);
	assert_int_equal(reader_loss_overwritten(&l, &c, 0, 3), 0);
	reader_loss_reused(&l, 3);
	assert_int_equal(reader_loss_overwritten(&l, &c, 0, 4), 0);
	c.overwritten = 7;
	assert_int_equal(reader_loss_overwritten(&l, &c, 0, 4), 2);
	assert_int_equal(reader_loss_overwritten(&l, &c, 1, 4), 1);
	assert_int_equal(reader_loss_overwritten(&l, &c, 1, 4), 0);
	reader_loss_end(&l);
}

static void what_was_left_out_was_reused(void **state)
{
	struct reader_file f = {.fd = r.fd, .header = r.h};
	struct reader_feed feed;
	struct reader_loss l;

	(void)state;
	reader = open_it(&r, false);
	f.chunk_bytes = 2 * RECORD_CHUNK_BYTES;
	reader_loss_start(&l, &f);
	reader_feed_start(&feed, &f, 1);
	assert_int_equal(reader_feed_next(&feed), 1);
	reader_loss_read(&l, 1, 5);
	reader_feed_more(&feed, &l, 4); /* 2 is gone, 3 and 4 are there */
	assert_int_equal(l.in_time, 0);
	reader_feed_more(&feed, &l, 5);
	assert_int_equal(l.in_time, 5);
	assert_int_equal(reader_feed_next(&feed), 4);
	reader_feed_end(&feed);
	reader_loss_end(&l);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(committed_between_heads_and_bodies),
		TEST(reused_between_heads_and_bodies),
		TEST(reused_after_both),
		TEST(story_overwritten_between),
		TEST(in_doubt_nothing_is_lost),
		TEST(what_was_left_out_was_reused),
	};

	return cmocka_run_group_tests_name("reader_race", tests, NULL, NULL);
}
