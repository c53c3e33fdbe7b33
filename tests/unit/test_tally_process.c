/* SPDX-License-Identifier: MIT */
/* What each figure of a summary's processes means: tally_process.h, case by case. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "event_fixture.h"
#include "tally.h"

static void calls_are_counted_by_name_and_the_slowest_kept(void **state)
{
	struct tally *t = tally_new();
	const struct tally_process *p;
	struct event e;

	(void)state;
	for (int i = 1; i <= 9; i++) {
		e = fixture_call(NULL, CALL_recv, CLASS_IN, 100 * i, 100 * i + i % 7, i);
		tally_event(t, &e);
	}
	e = fixture_call(NULL, CALL_recv, CLASS_IN, 1000, 1000, -EAGAIN);
	tally_event(t, &e);
	e = fixture_call(NULL, CALL_recv, CLASS_IN, 1000, 1000, -ECONNRESET);
	tally_event(t, &e);
	e = fixture_call(NULL, CALL_poll, CLASS_WAIT, 1000, 9000, 1);
	tally_event(t, &e);
	tally_end(t);
	p = t->processes.kept[0];
	assert_int_equal(p->call[CALL_recv].count, 11);
	assert_int_equal(p->call[CALL_recv].again, 1);
	assert_int_equal(p->call[CALL_recv].failed, 1);
	assert_int_equal(p->call[CALL_recv].total_ns, (21 + 0 + 1 + 2) * MS);
	assert_int_equal(p->call[CALL_recv].longest_ns, 6 * MS);
	assert_int_equal(p->bytes_in, 45);
	assert_int_equal(p->waited_ns, 8000 * MS);
	assert_int_equal(p->slow_count, TALLY_SLOW);
	for (int i = 0; i < TALLY_SLOW; i++)
		assert_int_equal(p->slow[i].ns, (6 - i) * MS);
	/* Of equals, the first. */
	assert_int_equal(p->slow[4].start_ns, NOON + 200 * MS);
	tally_free(t);
}

static struct event process_event(uint32_t process, enum story_kind kind, int64_t at)
{
	struct event e = fixture_event(EVENT_PROCESS, NULL, at);

	e.process = process;
	fixture_story.head = kind;
	fixture_story.program.value = kind == STORY_EXIT ? 3 << 8 : 1;
	return e;
}

static void an_image_lives_until_exec_and_the_last_until_exit(void **state)
{
	static const enum story_kind kinds[] = {STORY_START, STORY_EXEC, STORY_EXIT};
	struct tally *t = tally_new();
	struct event e;

	(void)state;
	/* The exit is told by another process, the tracer. */
	for (uint32_t i = 0; i < 3; i++) {
		e = process_event(i + 1, kinds[i], 100 * i * i);
		tally_event(t, &e);
	}
	tally_end(t);
	assert_int_equal(t->processes.count, 2);
	for (unsigned i = 0; i < 2; i++) {
		const struct tally_process *p = t->processes.kept[i];

		assert_int_equal(p->last_ns - p->first_ns, (i ? 300 : 100) * MS);
		assert_int_equal(p->exited, i);
		assert_true(!i || p->status == 3 << 8);
	}
	tally_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_are_counted_by_name_and_the_slowest_kept),
		cmocka_unit_test(an_image_lives_until_exec_and_the_last_until_exit),
	};

	return cmocka_run_group_tests_name("tally_process", tests, NULL, NULL);
}
