/* SPDX-License-Identifier: MIT */
/*
 * A piece of somebody's text: where it starts and how long it is.  What parsers cut, compare and
 * quote; no copy, no NUL needed, no locale.  AS-safe.
 */
#ifndef PEERLESS_RUNTIME_SPAN_H
#define PEERLESS_RUNTIME_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "runtime/line.h"

struct span {
	const char *at; /* NULL: no text at all, which is not the same as an empty one */
	size_t len;
};

static inline struct span span_of(const char *text)
{
	return (struct span){text, strlen(text)};
}

/* From byte `from` on; from <= len. */
static inline struct span span_from(struct span s, size_t from)
{
	return (struct span){s.at + from, s.len - from};
}

/* Offset of the first c, or s.len. */
size_t span_find(struct span s, char c);
/* Without blanks (space, tab, CR, LF) at both ends. */
struct span span_trim(struct span s);
/* Takes the text before the first `sep` off *rest, and sep with it; all of it where none is. */
struct span span_cut(struct span *rest, char sep);

bool span_is(struct span s, const char *text);
bool span_starts(struct span s, const char *text);
/* As span_is, but for case, and with - and _ equal. */
bool span_is_name(struct span s, const char *name);
/* Edits from s to name, as span_is_name sees them: for "the closest is". */
unsigned span_distance(struct span s, const char *name);

/* As it is, but at most `most` bytes, and control characters as '?'. */
void span_print(struct line *l, struct span s, size_t most);
/* In double quotes, escaped; what is longer than a message bears is cut and ends in "...". */
void span_quote(struct line *l, struct span s);
/* Is it near enough to name to be a slip of the finger?  Past half of its letters it is not. */
bool span_resembles(struct span s, const char *name);

#endif
