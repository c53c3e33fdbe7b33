/* SPDX-License-Identifier: MIT */
/* reader: recordings that are none, cut off, damaged, overwritten or older than the last boot. */
#include "reader_drain.h"

#include "policy/verdict.h"

static void refused(const struct recording *r, const char *reason)
{
	char why[READER_WHY_MAX] = "";

	assert_null(reader_open(r->fd, "x.rec", false, why));
	assert_string_equal(why, reason);
	close(r->fd);
}

static void other_files(void **state)
{
	struct recording r = recording_make(-1, 4, 4);

	(void)state;
	memcpy(r.h.magic, "\177ELF\2\1\1", 8);
	recording_header(&r);
	refused(&r, "x.rec is no recording");
	r.fd = memfd_create("empty", MFD_CLOEXEC);
	refused(&r, "x.rec is too short to be a recording");
	r = recording_make(-1, 4, 4);
	assert_int_equal(ftruncate(r.fd, RECORD_HEADER_BYTES - 1), 0);
	refused(&r, "x.rec is too short to be a recording");
}

static void other_versions(void **state)
{
	struct recording r = recording_make(-1, 4, 4);

	(void)state;
	r.h.version = RECORD_VERSION + 1;
	recording_header(&r);
	refused(&r, "x.rec is a recording of version 2, and this peerless reads version 1");
}

static void impossible_headers(void **state)
{
	struct recording r = recording_make(-1, 4, 4);

	(void)state;
	r.h.chunks = 0;
	recording_header(&r);
	refused(&r, "x.rec is a damaged recording: it has room for no event");
	r = recording_make(-1, 4, 4);
	r.h.mono_ns = -1;
	recording_header(&r);
	refused(&r, "x.rec is a damaged recording: its clocks are out of range");
}

/* More of everything than there can be. */
static void absurd_counts(void **state)
{
	struct recording r = recording_make(-1, 4, 4);
	char missing[READER_WHY_MAX];

	(void)state;
	recording_claim(&r, 1, 0, 1);
	call_at(&r, 1, CALL_recv, 2);
	r.h.chunk_ticket = r.h.story_ticket = UINT64_MAX;
	recording_header(&r);
	assert_non_null(strstr(all_of(&r, missing), "recv@2"));
	r = recording_make(-1, 4, 4);
	r.h.chunks = r.h.stories = UINT32_MAX;
	r.h.chunk_ticket = r.h.story_ticket = r.h.overwritten = UINT64_MAX;
	recording_header(&r);
	all_of(&r, missing); /* and that soon */
}

static void cut_off(void **state)
{
	struct recording r = recording_make(-1, 4, 8);
	char missing[READER_WHY_MAX];

	(void)state;
	for (uint32_t i = 1; i <= 5; i++) {
		recording_claim(&r, i, i * 10 * MS, 1);
		call_at(&r, i, CALL_recv, (int)i * 10 + 1);
		call_at(&r, i, CALL_send, (int)i * 10 + 2);
	}
	assert_int_equal(ftruncate(r.fd, (off_t)recording_chunk_at(&r, 3) + 128 + 60), 0);
	assert_string_equal(all_of(&r, missing), "recv@11 send@12 recv@21 send@22 recv@31");
	assert_string_equal(missing, "the file ends 3 chunks early");
}

static void cut_off_in_stories(void **state)
{
	struct recording r = recording_make(-1, 8, 8);
	char missing[READER_WHY_MAX];

	(void)state;
	for (int i = 0; i < 3; i++)
		recording_tell(&r, (struct story){.fd = -1}, STORY_START, i * MS);
	recording_claim(&r, 1, 0, 1);
	assert_int_equal(ftruncate(r.fd, RECORD_HEADER_BYTES + 2 * RECORD_STORY_BYTES), 0);
	assert_string_equal(all_of(&r, missing), "process@0 process@1");
	assert_string_equal(missing, "the file ends 1 chunk and 1 story early");
}

/* A chunk with a good record and a bad one, whose head and start are these. */
static void bad_record(uint64_t head, int64_t start)
{
	struct recording r = recording_make(-1, 4, 4);
	char missing[READER_WHY_MAX];
	uint64_t at;

	recording_claim(&r, 1, 0, 1);
	call_at(&r, 1, CALL_recv, 2);
	at = call_at(&r, 1, CALL_send, 3);
	recording_write(&r, &head, sizeof(head), at);
	start += FIXTURE_MONO;
	recording_write(&r, &start, sizeof(start), at + offsetof(struct record, start_ns));
	recording_claim(&r, 2, 0, 2);
	call_at(&r, 2, CALL_read, 4);
	assert_string_equal(all_of(&r, missing), "recv@2 read@4");
	assert_string_equal(missing, "1 chunk is damaged");
}

static void bad_records(void **state)
{
	(void)state;
	bad_record(record_head(40, RECORD_CALL, CALL_send, 0, 0), 0);
	bad_record(record_head(56, RECORD_CALL, CALL_send, 0, 0), 0); /* past the last */
	bad_record(record_head(48, RECORD_CALL_TO + 1, CALL_send, 0, 0), 0);
	bad_record(record_head(48, RECORD_CALL, CALL_sigaction, 0, 0), 0); /* never recorded */
	bad_record(record_head(48, RECORD_CALL, CALL_COUNT, 0, 0), 0);
	bad_record(record_head(48, RECORD_CALL, CALL_send, 4096, 0), 0);
	bad_record(record_head(48, RECORD_CALL, CALL_send, 0, 1), 0);
	bad_record(record_head(48, RECORD_CALL_TO, CALL_send, 0, 0), 0);
	bad_record(record_head(48, RECORD_CALL, CALL_send, 0, 0), 4 * MS); /* ends first */
	bad_record(record_head(48, RECORD_CALL, CALL_send, 0, 0), -FIXTURE_MONO - 1);
	bad_record(record_head(8, RECORD_PENDING, 0, 0, 0), 0);
}

static void bad_chunk(void **state)
{
	struct recording r = recording_make(-1, 4, 4);
	char missing[READER_WHY_MAX];

	(void)state;
	recording_claim(&r, 1, 0, 1);
	call_at(&r, 1, CALL_recv, 2);
	recording_claim(&r, 2, 0, 2);
	recording_write(&r, &(uint64_t){record_turn(3, 200)}, 8, recording_chunk_at(&r, 2));
	assert_string_equal(all_of(&r, missing), "recv@2");
	assert_string_equal(missing, "1 chunk is damaged");
}

static void bad_stories(void **state)
{
	struct recording r = recording_make(-1, 8, 4);
	struct story s = {.fd = -1, .conn = 1};
	struct reader *reader;

	(void)state;
	memset(s.program.text, 'x', sizeof(s.program.text)); /* it does not end */
	recording_tell(&r, s, STORY_START, 0);
	recording_tell(&r, s, STORY_CLOSE + 1, 0);
	s.open = (struct story_open){.socket = SOCKET_OTHER + 1};
	recording_tell(&r, s, STORY_OPEN, 0);
	s.evidence = (struct story_evidence){.cause = CAUSE_COUNT};
	recording_tell(&r, s, STORY_VERDICT, 0);
	recording_tell(&r, s, STORY_ARMED, -FIXTURE_MONO - 1);
	reader = open_it(&r, false);
	assert_int_equal(strlen(reader_next(reader)->prog), sizeof(s.program.text) - 1);
	assert_null(reader_next(reader));
	assert_string_equal(reader_missing(reader), "4 stories are damaged");
	reader_close(reader);
	close(r.fd);
}

static void flight_recorder(void **state)
{
	struct recording r = recording_make(-1, 4, 2);

	(void)state;
	for (uint32_t i = 1; i <= 5; i++) {
		r.h.overwritten += i > 2 ? 2 : 0;
		recording_claim(&r, i, i * 10 * MS, 1);
		call_at(&r, i, CALL_recv, (int)i * 10 + 1);
		call_at(&r, i, CALL_send, (int)i * 10 + 2);
	}
	for (int i = 0; i < 6; i++)
		recording_tell(&r, (struct story){.fd = -1}, STORY_START, 45 * MS);
	assert_all(&r, "lost(8)@41 recv@41 send@42 process@45 process@45 process@45 process@45 "
		       "recv@51 send@52");
}

/* Killed between taking the ticket and the chunk, so what was in that is still there. */
static void chunk_of_an_earlier_lap(void **state)
{
	struct recording r = recording_make(-1, 4, 2);

	(void)state;
	for (uint32_t i = 1; i <= 4; i++) {
		if (i == 3)
			continue;
		r.h.overwritten += i > 2;
		recording_claim(&r, i, i * 10 * MS, 1);
		call_at(&r, i, CALL_recv, (int)i * 10 + 1);
	}
	assert_all(&r, "lost(1)@11 recv@11 recv@41");
}

/* Killed while clearing it. */
static void chunk_half_cleared(void **state)
{
	struct recording r = recording_make(-1, 4, 2);

	(void)state;
	recording_claim(&r, 1, 0, 1);
	call_at(&r, 1, CALL_recv, 1);
	recording_claim(&r, 2, 10 * MS, 1);
	call_at(&r, 2, CALL_recv, 11);
	r.h.chunk_ticket = 3;
	r.h.overwritten = 1;
	recording_header(&r);
	recording_write(&r, &(uint64_t){RECORD_CHUNK_BYTES}, 8, recording_chunk_at(&r, 1));
	assert_all(&r, "lost(1)@11 recv@11");
}

static void stopped_when_full(void **state)
{
	struct recording r = recording_make(-1, 2, 1);

	(void)state;
	r.h.full = RECORD_STOP;
	recording_claim(&r, 1, 0, 1);
	call_at(&r, 1, CALL_recv, 1);
	recording_tell(&r, (struct story){.fd = -1}, STORY_START, 2 * MS);
	recording_tell(&r, (struct story){.fd = -1}, STORY_STRICT, 3 * MS);
	r.h.chunk_ticket = r.h.story_ticket = 3; /* those who came too late */
	r.h.lost = 5;
	recording_header(&r);
	assert_all(&r, "recv@1 process@2 process@3 lost(5)@3");
}

/* The header's page was not written before the power went. */
static void header_is_older(void **state)
{
	struct recording r = recording_make(-1, 4, 4);

	(void)state;
	recording_claim(&r, 1, 0, 1);
	call_at(&r, 1, CALL_recv, 1);
	recording_tell(&r, (struct story){.fd = -1}, STORY_START, 2 * MS);
	r.h.chunk_ticket = r.h.story_ticket = 0;
	recording_header(&r);
	assert_all(&r, "recv@1 process@2");
}

/* Ten minutes later by the wall, CLOCK_MONOTONIC starts anew. */
static void reboot(void **state)
{
	const int64_t later = 600000 * MS, booted = 3000 * MS - FIXTURE_MONO;
	struct recording r = recording_make(-1, 4, 4);
	int64_t real = FIXTURE_REAL + later;
	uint64_t at;

	(void)state;
	recording_claim(&r, 1, 0, 1);
	call_at(&r, 1, CALL_recv, 1);
	recording_claim(&r, 2, booted, 1);
	recording_write(&r, &real, sizeof(real),
		recording_chunk_at(&r, 2) + offsetof(struct record_chunk, real_ns));
	recording_add(&r, 2,
		(struct recording_call){
			.call = CALL_send, .start = booted, .end = booted + 2 * MS});
	at = recording_tell(&r, (struct story){.fd = -1}, STORY_START, booted + 1 * MS);
	real += 1 * MS;
	recording_write(&r, &real, sizeof(real), at + offsetof(struct story, real_ns));
	assert_all(&r, "recv@1 process@600001 send@600002");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(other_files),
		cmocka_unit_test(other_versions),
		cmocka_unit_test(impossible_headers),
		cmocka_unit_test(absurd_counts),
		cmocka_unit_test(cut_off),
		cmocka_unit_test(cut_off_in_stories),
		cmocka_unit_test(bad_records),
		cmocka_unit_test(bad_chunk),
		cmocka_unit_test(bad_stories),
		cmocka_unit_test(flight_recorder),
		cmocka_unit_test(chunk_of_an_earlier_lap),
		cmocka_unit_test(chunk_half_cleared),
		cmocka_unit_test(stopped_when_full),
		cmocka_unit_test(header_is_older),
		cmocka_unit_test(reboot),
	};

	return cmocka_run_group_tests_name("reader_damage", tests, NULL, NULL);
}
