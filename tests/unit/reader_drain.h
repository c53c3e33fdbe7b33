/* SPDX-License-Identifier: MIT */
/* What the reader's tests share: its clock, and what it hands out, in short words. */
#ifndef PEERLESS_TESTS_READER_DRAIN_H
#define PEERLESS_TESTS_READER_DRAIN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "reader.h"
#include "recording_fixture.h"

#define MS 1000000ll

/* CLOCK_MONOTONIC is an input: it stands still until a test moves it. */
static int64_t mono_ns = FIXTURE_MONO;

int clock_gettime(clockid_t id, struct timespec *now)
{
	if (id != CLOCK_MONOTONIC)
		return (int)syscall(SYS_clock_gettime, id, now);
	*now = (struct timespec){mono_ns / 1000000000, mono_ns % 1000000000};
	return 0;
}

/* The time since FIXTURE_MONO. */
static inline void time_is(int64_t ns)
{
	mono_ns = FIXTURE_MONO + ns;
}

static inline struct reader *open_it(const struct recording *r, bool follow)
{
	char why[READER_WHY_MAX] = "";
	struct reader *reader = reader_open(r->fd, "x.rec", follow, why);

	assert_string_equal(why, "");
	assert_non_null(reader);
	return reader;
}

/* "recv@20", "open@5", "lost(3)@10": times in ms since FIXTURE_REAL. */
static inline void event_words(const struct event *e, char *out, size_t size)
{
	static const char *const kind[] = {
		"call", "open", "armed", "verdict", "close", "process", "lost"};
	double ms = (double)(e->end_ns - FIXTURE_REAL) / MS;

	if (e->kind == EVENT_LOST)
		snprintf(out, size, "lost(%llu)@%g", (unsigned long long)e->lost, ms);
	else
		snprintf(out, size, "%s@%g",
			e->kind == EVENT_CALL ? call_name[e->call] : kind[e->kind], ms);
}

/* All that there is now, in those words. */
static inline const char *drained(struct reader *reader)
{
	static char out[4096];
	const struct event *e;

	out[0] = '\0';
	while ((e = reader_next(reader))) {
		char word[64];

		event_words(e, word, sizeof(word));
		if (*out)
			strcat(out, " ");
		assert_true(strlen(out) + sizeof(word) < sizeof(out));
		strcat(out, word);
	}
	return out;
}

#define assert_drained(reader, words) assert_string_equal(drained(reader), words)

/* A finished recording, from its first event to its last; *missing: what is said of it then. */
static inline const char *all_of(struct recording *r, char missing[READER_WHY_MAX])
{
	struct reader *reader = open_it(r, false);
	const char *words = drained(reader);

	snprintf(missing, READER_WHY_MAX, "%s", reader_missing(reader));
	reader_close(reader);
	close(r->fd);
	return words;
}

/* All of it is to be these words, and nothing missing. */
static inline void assert_all(struct recording *r, const char *words)
{
	char missing[READER_WHY_MAX];

	assert_string_equal(all_of(r, missing), words);
	assert_string_equal(missing, "");
}

/* A call that took 1 ms and ended then. */
static inline uint64_t call_at(
	const struct recording *r, uint32_t ticket, enum call_id call, int ms)
{
	return recording_add(r, ticket,
		(struct recording_call){
			.call = call, .start = (ms - 1) * MS, .end = ms * MS, .fd = 5});
}

#endif
