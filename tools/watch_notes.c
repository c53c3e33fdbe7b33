/* SPDX-License-Identifier: MIT */
/* See watch_notes.h: a ring. */
#include "watch_notes.h"

#include <string.h>

void watch_notes_add(struct watch_notes *n, const char *text)
{
	char *to = n->text[n->count++ % WATCH_NOTES_MAX];
	size_t len = strcspn(text, "\n");

	if (len > WATCH_NOTES_BYTES - 1)
		len = WATCH_NOTES_BYTES - 1;
	for (size_t i = 0; i < len; i++)
		to[i] = text[i] >= ' ' && text[i] < 0x7f ? text[i] : '?';
	to[len] = '\0';
}

/* Of the note that came `back` notes before the newest. */
static const char *note(const struct watch_notes *n, unsigned back)
{
	return n->text[(n->count - 1 - back) % WATCH_NOTES_MAX];
}

static unsigned lines_of(const char *text, unsigned columns)
{
	size_t len = strlen(text);

	return len ? (unsigned)((len + columns - 1) / columns) : 1;
}

/* How many of the newest fit, and into how many lines. */
static unsigned fitting(
	const struct watch_notes *n, unsigned columns, unsigned limit, unsigned *lines)
{
	unsigned kept = n->count < WATCH_NOTES_MAX ? n->count : WATCH_NOTES_MAX, i;

	*lines = 0;
	for (i = 0; i < kept; i++) {
		unsigned more = lines_of(note(n, i), columns);

		if (*lines + more > limit)
			break;
		*lines += more;
	}
	return i;
}

unsigned watch_notes_lines(const struct watch_notes *n, unsigned columns, unsigned limit)
{
	unsigned lines;

	fitting(n, columns, limit, &lines);
	return lines;
}

void watch_notes_print(FILE *out, const struct watch_notes *n, unsigned columns, unsigned limit)
{
	unsigned lines;

	for (unsigned i = fitting(n, columns, limit, &lines); i-- > 0;) {
		const char *text = note(n, i);

		do {
			fprintf(out, "%.*s\n", (int)columns, text);
			text += strnlen(text, columns);
		} while (*text);
	}
}
