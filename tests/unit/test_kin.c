/* SPDX-License-Identifier: MIT */
/* kin: the page that a sentinel knows its processes by, as /proc/PID/maps shows it. */
#include "child_fixture.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "family_proc.h"
#include "policy/kin.h"
#include "sys/kin_mark.h"

#define MARK     "00000000fedcba98"
#define VARIABLE KIN_MARK_VARIABLE "=" MARK

static void an_address_of_each_mark(void **state)
{
	static const char *const none[] = {
		"", "0123", "0123456789abcdef0", "0123456789abcdeF", "0123456789abcde ", "off"};

	(void)state;
	assert_int_equal(kin_mark_address("0123456789abcdef"), 0x489abcdef000);
	assert_int_equal(kin_mark_address("ffffffff00000000"), 0x400000000000);
	assert_int_equal(kin_mark_address("00000000ffffffff"), 0x4ffffffff000);
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		assert_int_equal(kin_mark_address(none[i]), 0);
}

/* How often the file has this text. */
static unsigned lines_with(const char *text)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	unsigned n = 0;

	while (fgets(line, sizeof(line), maps))
		n += !text || strstr(line, text);
	fclose(maps);
	return n;
}

static void show(const char *variable)
{
	char *envp[] = {"A=1", (char *)variable, "PEERLESS_SENTINELS=0123456789abcdef", NULL};

	kin_show(envp);
}

static void shows_it(void)
{
	assert_false(family_proc_marked(getpid(), MARK));
	show(VARIABLE);
	assert_int_equal(lines_with("4fedcba98000-4fedcba99000 ---p 00000000 00:00 0"), 1);
	assert_true(family_proc_marked(getpid(), MARK));
	assert_true(family_proc_marked(getpid(), "11111111fedcba98")); /* no more is in it */
	assert_false(family_proc_marked(getpid(), "00000000fedcba97"));
	assert_false(family_proc_marked(getpid(), "00000000fedcba99"));
	assert_false(family_proc_marked(getpid(), "fedcba98"));
}

static void nothing_without_a_mark(void)
{
	unsigned before = lines_with(NULL);

	show("PEERLESS_SENTINE=" MARK);
	show(KIN_MARK_VARIABLE "=");
	show(KIN_MARK_VARIABLE "=0123");
	kin_show(NULL);
	assert_int_equal(lines_with(NULL), before);
}

static void nothing_where_it_is_taken(void)
{
	void *at = (void *)kin_mark_address(MARK);
	unsigned before;
	char *page = mmap(at, KIN_MARK_BYTES, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	assert_ptr_equal(page, at);
	*page = 'a';
	before = lines_with(NULL);
	show(VARIABLE);
	assert_int_equal(*page, 'a');
	assert_int_equal(lines_with(NULL), before);
	assert_false(family_proc_marked(getpid(), MARK));
}

/* Another's memory there is no mark: it is longer, or can be read. */
static void only_that_page(void)
{
	char *at = (char *)kin_mark_address(MARK);
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;

	mmap(at, KIN_MARK_BYTES, PROT_READ, flags, -1, 0);
	assert_false(family_proc_marked(getpid(), MARK));
	mmap(at, KIN_MARK_BYTES * 2, PROT_NONE, flags, -1, 0);
	assert_false(family_proc_marked(getpid(), MARK));
	munmap(at + KIN_MARK_BYTES, KIN_MARK_BYTES);
	assert_true(family_proc_marked(getpid(), MARK));
}

static void in_a_process_of_its_own(void **state)
{
	(void)state;
	child_lives(shows_it);
	child_lives(nothing_without_a_mark);
	child_lives(nothing_where_it_is_taken);
	child_lives(only_that_page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_of_each_mark),
		cmocka_unit_test(in_a_process_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
