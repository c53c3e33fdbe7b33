/* SPDX-License-Identifier: MIT */
/*
 * Text built in a caller's buffer: stdio's job without its locks and allocations.  Writing past
 * the end cuts the text and sets `cut`; the text is always NUL-terminated.  AS-safe throughout.
 */
#ifndef PEERLESS_RUNTIME_LINE_H
#define PEERLESS_RUNTIME_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct line {
	char *text;
	size_t size; /* bytes at text, NUL included */
	size_t len;  /* bytes written, NUL not counted */
	bool cut;
};

struct line line_over(char *text, size_t size);
void line_char(struct line *l, char c);
void line_str(struct line *l, const char *s);
void line_mem(struct line *l, const char *s, size_t len);
void line_uint(struct line *l, uint64_t n);
void line_int(struct line *l, int64_t n);
void line_hex(struct line *l, uint64_t n);
/* n in decimal with at least `digits` digits, zeroes in front. */
void line_uint_padded(struct line *l, uint64_t n, unsigned digits);
/* "75s", "1500ms", "2m", "1h": the largest unit that is exact, as config.def's parser reads it. */
void line_duration_ms(struct line *l, uint64_t ms);
/* Tenths: thousandths / 1000 with `decimals` (0..3) digits behind the point: 75012 -> "75.0". */
void line_thousandths(struct line *l, uint64_t thousandths, unsigned decimals);
/* Untrusted bytes between double quotes, escaped as JSON does; bytes that are no UTF-8 as \u00XX.
 */
void line_quoted(struct line *l, const char *s);

#endif
