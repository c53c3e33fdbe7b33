/* SPDX-License-Identifier: MIT */
/*
 * Text in a caller's buffer.  Every byte goes through line_mem(), the one place that knows the
 * bound: what does not fit is dropped, `cut` says so, and the NUL is always in its place.
 * A full line stays full, so a cut text is a prefix of what it would have been.
 */
#include "runtime/line.h"

#include <string.h>

static const char digit_of[] = "0123456789abcdef";

struct line line_over(char *text, size_t size)
{
	if (size)
		text[0] = '\0';
	return (struct line){.text = text, .size = size};
}

void line_mem(struct line *l, const char *s, size_t len)
{
	size_t room = l->size > l->len ? l->size - l->len - 1 : 0;

	if (len > room) {
		len = room;
		l->cut = true;
	}
	if (!len)
		return;
	memcpy(l->text + l->len, s, len);
	l->len += len;
	l->text[l->len] = '\0';
}

void line_char(struct line *l, char c)
{
	line_mem(l, &c, 1);
}

void line_str(struct line *l, const char *s)
{
	line_mem(l, s, strlen(s));
}

static void line_number(struct line *l, uint64_t n, unsigned base, unsigned digits)
{
	char text[64]; /* more than the 20 digits of 2^64, for padding */
	size_t at = sizeof(text);

	if (digits > sizeof(text))
		digits = sizeof(text);
	do {
		text[--at] = digit_of[n % base];
		n /= base;
	} while (n || sizeof(text) - at < digits);
	line_mem(l, text + at, sizeof(text) - at);
}

void line_uint(struct line *l, uint64_t n)
{
	line_number(l, n, 10, 1);
}

void line_uint_padded(struct line *l, uint64_t n, unsigned digits)
{
	line_number(l, n, 10, digits);
}

void line_hex(struct line *l, uint64_t n)
{
	line_number(l, n, 16, 1);
}

void line_int(struct line *l, int64_t n)
{
	if (n < 0)
		line_char(l, '-');
	/* Negated as unsigned: -INT64_MIN is no int64_t. */
	line_uint(l, n < 0 ? -(uint64_t)n : (uint64_t)n);
}

void line_duration_ms(struct line *l, uint64_t ms)
{
	static const struct {
		uint32_t ms;
		const char *name;
	} unit[] = {{3600000, "h"}, {60000, "m"}, {1000, "s"}, {1, "ms"}};
	size_t i = 0;

	if (!ms) {
		line_str(l, "0s");
		return;
	}
	while (ms % unit[i].ms)
		i++;
	line_uint(l, ms / unit[i].ms);
	line_str(l, unit[i].name);
}

void line_thousandths(struct line *l, uint64_t thousandths, unsigned decimals)
{
	static const unsigned step[] = {1000, 100, 10, 1};

	if (decimals > 3)
		decimals = 3;
	line_uint(l, thousandths / 1000);
	if (!decimals)
		return;
	line_char(l, '.');
	line_uint_padded(l, thousandths % 1000 / step[decimals], decimals);
}

/* Bytes of the well-formed UTF-8 character of two or more bytes at s, or 0 (Unicode, table 3-7). */
static unsigned utf8_len(const unsigned char *s)
{
	unsigned low = 0x80, high = 0xbf, len;

	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	if (s[0] == 0xe0) /* shorter forms exist */
		low = 0xa0;
	if (s[0] == 0xed) /* surrogates */
		high = 0x9f;
	if (s[0] == 0xf0)
		low = 0x90;
	if (s[0] == 0xf4) /* past U+10FFFF */
		high = 0x8f;
	if (s[1] < low || s[1] > high)
		return 0;
	len = 2 + (s[0] >= 0xe0) + (s[0] >= 0xf0);
	for (unsigned i = 2; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	}
	return len;
}

static void line_escaped(struct line *l, unsigned char c)
{
	static const char named[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	line_char(l, '\\');
	for (const char *n = named; *n; n += 2) {
		if (*n == (char)c) {
			line_char(l, n[1]);
			return;
		}
	}
	line_str(l, "u00");
	line_number(l, c, 16, 2);
}

/* Appends the character at s; returns its length in bytes. */
static unsigned line_character(struct line *l, const unsigned char *s)
{
	unsigned len;

	if (*s < 0x80) {
		if (*s < 0x20 || *s == '"' || *s == '\\' || *s == 0x7f)
			line_escaped(l, *s);
		else
			line_char(l, (char)*s);
		return 1;
	}
	len = utf8_len(s);
	if (!len) {
		line_escaped(l, *s);
		return 1;
	}
	/* U+0080 to U+009F: terminals obey them as they do ESC. */
	if (*s == 0xc2 && s[1] < 0xa0)
		line_escaped(l, s[1]);
	else
		line_mem(l, (const char *)s, len);
	return len;
}

void line_quoted(struct line *l, const char *s)
{
	const unsigned char *at = (const unsigned char *)s;

	line_char(l, '"');
	/* A line that is full needs no more of a text that may be long. */
	while (*at && !l->cut)
		at += line_character(l, at);
	line_char(l, '"');
}
