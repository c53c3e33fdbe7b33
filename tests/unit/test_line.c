/* SPDX-License-Identifier: MIT */
/* line: text in a bounded buffer; cut anywhere it stays a NUL-terminated prefix. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/line.h"
#include "sys/compiler.h"

#define EXPECT(text, call)                                   \
	do {                                                 \
		char buf[256];                               \
		struct line l = line_over(buf, sizeof(buf)); \
		call;                                        \
		assert_string_equal(buf, text);              \
		assert_int_equal(l.len, strlen(text));       \
		assert_false(l.cut);                         \
	} while (0)

static void numbers(void **state)
{
	(void)state;
	EXPECT("0", line_uint(&l, 0));
	EXPECT("18446744073709551615", line_uint(&l, UINT64_MAX));
	EXPECT("-9223372036854775808", line_int(&l, INT64_MIN));
	EXPECT("9223372036854775807", line_int(&l, INT64_MAX));
	EXPECT("-1", line_int(&l, -1));
	EXPECT("0", line_hex(&l, 0));
	EXPECT("deadbeef01234567", line_hex(&l, 0xdeadbeef01234567));
	EXPECT("0007", line_uint_padded(&l, 7, 4));
	EXPECT("12345", line_uint_padded(&l, 12345, 4));
	EXPECT("0", line_uint_padded(&l, 0, 0));
	EXPECT("0000000000000000000000000000000000000000000000000000000000000007",
		line_uint_padded(&l, 7, 1000)); /* 64 digits are enough */
}

static void durations(void **state)
{
	(void)state;
	EXPECT("0s", line_duration_ms(&l, 0));
	EXPECT("1ms", line_duration_ms(&l, 1));
	EXPECT("1500ms", line_duration_ms(&l, 1500));
	EXPECT("75s", line_duration_ms(&l, 75000));
	EXPECT("2m", line_duration_ms(&l, 120000));
	EXPECT("61m", line_duration_ms(&l, 3660000));
	EXPECT("18h", line_duration_ms(&l, 64800000));
}

static void thousandths(void **state)
{
	(void)state;
	EXPECT("75.0", line_thousandths(&l, 75012, 1));
	EXPECT("0.4", line_thousandths(&l, 499, 1));
	EXPECT("0.04", line_thousandths(&l, 49, 2));
	EXPECT("1.005", line_thousandths(&l, 1005, 3));
	EXPECT("1", line_thousandths(&l, 1999, 0));
}

static void quoted_ascii(void **state)
{
	(void)state;
	EXPECT("\"\"", line_quoted(&l, ""));
	EXPECT("\"a b=c\"", line_quoted(&l, "a b=c"));
	EXPECT("\"\\\"\\\\\"", line_quoted(&l, "\"\\"));
	EXPECT("\"\\b\\f\\n\\r\\t\"", line_quoted(&l, "\b\f\n\r\t"));
	EXPECT("\"\\u0001\\u001b[2J\\u007f\"", line_quoted(&l, "\001\033[2J\177"));
}

static void quoted_utf8(void **state)
{
	(void)state;
	EXPECT("\"gr\xc3\xb6\xc3\x9f\xe2\x82\xac\xf0\x9f\x90\x98\"",
		line_quoted(&l, "gr\xc3\xb6\xc3\x9f\xe2\x82\xac\xf0\x9f\x90\x98"));
	/* the last and first of each length, the edges of the surrogates */
	EXPECT("\"\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\xf0\x90\x80\x80"
	       "\xf4\x8f\xbf\xbf\"",
		line_quoted(&l, "\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"
				"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"));
	EXPECT("\"\\u009b\xc2\xa0\"", line_quoted(&l, "\xc2\x9b\xc2\xa0")); /* C1 CSI; NBSP */
}

static void quoted_bytes_that_are_no_utf8(void **state)
{
	(void)state;
	EXPECT("\"\\u0080\\u00bf\\u00ff\"", line_quoted(&l, "\x80\xbf\xff"));
	EXPECT("\"\\u00c0\\u00af\"", line_quoted(&l, "\xc0\xaf"));            /* overlong */
	EXPECT("\"\\u00e0\\u009f\\u00bf\"", line_quoted(&l, "\xe0\x9f\xbf")); /* overlong */
	EXPECT("\"\\u00ed\\u00a0\\u0080\"", line_quoted(&l, "\xed\xa0\x80")); /* surrogate */
	EXPECT("\"\\u00f0\\u008f\\u00bf\\u00bf\"", line_quoted(&l, "\xf0\x8f\xbf\xbf"));
	EXPECT("\"\\u00f4\\u0090\\u0080\\u0080\"", line_quoted(&l, "\xf4\x90\x80\x80"));
	EXPECT("\"\\u00f5\"", line_quoted(&l, "\xf5"));
	EXPECT("\"\\u00e2x\"", line_quoted(&l, "\xe2x"));
	EXPECT("\"\\u00e2\\u0082x\"", line_quoted(&l, "\xe2\x82x"));
}

/* A character cut off by the end of the text: nothing behind the NUL is read (ASan). */
static void quoted_ends_inside_a_character(void **state)
{
	static const char *const text[] = {"\xc3", "\xe2\x82", "\xf0\x9f\x90"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(text); i++) {
		char *exact = strdup(text[i]);
		char buf[64];
		struct line l = line_over(buf, sizeof(buf));

		line_quoted(&l, exact);
		assert_int_equal(l.len, 2 + 6 * strlen(exact));
		free(exact);
	}
}

static void everything(struct line *l)
{
	line_str(l, "text ");
	line_mem(l, "memory", 3);
	line_char(l, ' ');
	line_int(l, -1234567);
	line_char(l, ' ');
	line_hex(l, 0xabcdef);
	line_uint_padded(l, 42, 6);
	line_duration_ms(l, 75000);
	line_thousandths(l, 75012, 3);
	line_quoted(l, "q\"\n\xff\xe2\x82\xac");
}

static void cut_at_every_length(void **state)
{
	char whole[256];
	struct line full = line_over(whole, sizeof(whole));

	(void)state;
	everything(&full);
	assert_false(full.cut);
	for (size_t size = 0; size <= full.len + 2; size++) {
		char *buf =
			malloc(size ? size : 1); /* exact, so that ASan sees one byte too many */
		struct line l = line_over(buf, size);
		size_t room = size ? size - 1 : 0;

		everything(&l);
		assert_int_equal(l.len, room < full.len ? room : full.len);
		assert_int_equal(l.cut, room < full.len);
		assert_memory_equal(buf, whole, l.len);
		if (size)
			assert_int_equal(buf[l.len], '\0');
		free(buf);
	}
}

static void starts_empty(void **state)
{
	char buf[4] = "xyz";
	struct line l = line_over(buf, sizeof(buf));

	(void)state;
	assert_string_equal(buf, "");
	line_mem(&l, "", 0);
	assert_string_equal(buf, "");
	assert_false(l.cut);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(durations),
		cmocka_unit_test(thousandths),
		cmocka_unit_test(quoted_ascii),
		cmocka_unit_test(quoted_utf8),
		cmocka_unit_test(quoted_bytes_that_are_no_utf8),
		cmocka_unit_test(quoted_ends_inside_a_character),
		cmocka_unit_test(cut_at_every_length),
		cmocka_unit_test(starts_empty),
	};

	return cmocka_run_group_tests_name("line", tests, NULL, NULL);
}
