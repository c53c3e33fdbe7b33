/* SPDX-License-Identifier: MIT */
/*
 * Cutting and comparing text.  ASCII only and by hand: <ctype.h> would ask the program's locale.
 */
#include "runtime/span.h"

#include <string.h>

#define NAME_MAX_COMPARED 47 /* longer texts differ from every name of ours anyway */
#define QUOTE_MAX         40

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static char fold(char c)
{
	if (c == '-')
		return '_';
	return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

size_t span_find(struct span s, char c)
{
	const char *found = s.len ? memchr(s.at, c, s.len) : NULL;

	return found ? (size_t)(found - s.at) : s.len;
}

struct span span_trim(struct span s)
{
	while (s.len && is_blank(s.at[0]))
		s = span_from(s, 1);
	while (s.len && is_blank(s.at[s.len - 1]))
		s.len--;
	return s;
}

struct span span_cut(struct span *rest, char sep)
{
	struct span head = {rest->at, span_find(*rest, sep)};

	*rest = span_from(*rest, head.len < rest->len ? head.len + 1 : head.len);
	return head;
}

bool span_is(struct span s, const char *text)
{
	return s.len == strlen(text) && memcmp(s.at, text, s.len) == 0;
}

bool span_starts(struct span s, const char *text)
{
	size_t len = strlen(text);

	return s.len >= len && memcmp(s.at, text, len) == 0;
}

bool span_is_name(struct span s, const char *name)
{
	size_t i;

	for (i = 0; i < s.len && name[i]; i++)
		if (fold(s.at[i]) != fold(name[i]))
			return false;
	return i == s.len && !name[i];
}

static unsigned smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Levenshtein's distance; one row of his table is enough. */
unsigned span_distance(struct span s, const char *name)
{
	unsigned row[NAME_MAX_COMPARED + 1];
	size_t i, j, columns = strlen(name);

	columns = columns < NAME_MAX_COMPARED ? columns : NAME_MAX_COMPARED;
	s.len = s.len < NAME_MAX_COMPARED ? s.len : NAME_MAX_COMPARED;
	for (j = 0; j <= columns; j++)
		row[j] = j;
	for (i = 0; i < s.len; i++) {
		unsigned diagonal = row[0];

		row[0] = i + 1;
		for (j = 0; j < columns; j++) {
			unsigned swap = diagonal + (fold(s.at[i]) != fold(name[j]));

			diagonal = row[j + 1];
			row[j + 1] = smaller(swap, smaller(row[j], diagonal) + 1);
		}
	}
	return row[columns];
}

void span_print(struct line *l, struct span s, size_t most)
{
	size_t i;

	for (i = 0; i < s.len && i < most; i++)
		line_char(l, (unsigned char)s.at[i] < ' ' || s.at[i] == 0x7f ? '?' : s.at[i]);
	if (s.len > most)
		line_str(l, "...");
}

void span_quote(struct line *l, struct span s)
{
	char text[QUOTE_MAX + 4];
	size_t len = s.len < QUOTE_MAX ? s.len : QUOTE_MAX;

	if (len)
		memcpy(text, s.at, len);
	memcpy(text + len, s.len > len ? "..." : "", s.len > len ? 4 : 1);
	line_quoted(l, text);
}

bool span_resembles(struct span s, const char *name)
{
	return span_distance(s, name) <= (s.len + 1) / 2;
}
