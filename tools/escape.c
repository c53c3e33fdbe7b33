/* SPDX-License-Identifier: MIT */
/* See escape.h.  What needs no escape is copied by runs, not by bytes. */
#include "escape.h"

#include <stdbool.h>
#include <string.h>

static bool is_plain(unsigned char c)
{
	return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

/* The shortest octal that the next character cannot become part of. */
static void put_octal(struct line *l, unsigned char c, bool digit_follows)
{
	line_char(l, '\\');
	if (c >= 0100 || digit_follows)
		line_char(l, (char)('0' + (c >> 6)));
	if (c >= 010 || digit_follows)
		line_char(l, (char)('0' + (c >> 3 & 7)));
	line_char(l, (char)('0' + (c & 7)));
}

static void put_escape(struct line *l, unsigned char c, bool digit_follows)
{
	static const char named[] = "\"\"\\\\\tt\nn\vv\ff\rr";

	for (const char *n = named; *n; n += 2)
		if (*n == (char)c) {
			line_char(l, '\\');
			line_char(l, n[1]);
			return;
		}
	put_octal(l, c, digit_follows);
}

void escape_bytes(struct line *l, const void *bytes, size_t len)
{
	const unsigned char *at = bytes;
	size_t i = 0, run;

	while (i < len) {
		for (run = i; run < len && is_plain(at[run]); run++)
			;
		line_mem(l, (const char *)at + i, run - i);
		i = run;
		if (i == len)
			break;
		put_escape(l, at[i], i + 1 < len && at[i + 1] >= '0' && at[i + 1] <= '9');
		i++;
	}
}

void escape_text(struct line *l, const char *text)
{
	escape_bytes(l, text, strlen(text));
}

void escape_quoted(struct line *l, const void *bytes, size_t len)
{
	line_char(l, '"');
	escape_bytes(l, bytes, len);
	line_char(l, '"');
}

void escape_base64(struct line *l, const void *bytes, size_t len)
{
	static const char letter[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *at = bytes;

	for (; len; at += 3) {
		size_t n = len < 3 ? len : 3;
		uint32_t bits = (uint32_t)at[0] << 16 | (n > 1 ? (uint32_t)at[1] << 8 : 0) |
				(n > 2 ? at[2] : 0);
		char four[4];

		for (size_t i = 0; i < 4; i++)
			four[i] = i <= n ? letter[bits >> (18 - 6 * i) & 63] : '=';
		line_mem(l, four, sizeof(four));
		len -= n;
	}
}
