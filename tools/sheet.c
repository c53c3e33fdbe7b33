/* SPDX-License-Identifier: MIT */
/* See sheet.h. */
#include "sheet.h"

#include <string.h>

#include "escape.h"

void sheet_over(struct sheet *s, FILE *out)
{
	s->out = out;
	s->line = line_over(s->text, sizeof(s->text));
}

void sheet_end(struct sheet *s)
{
	if (s->line.len > SHEET_COLUMNS)
		strcpy(s->text + SHEET_COLUMNS - 3, "...");
	while (s->line.len && s->line.len <= SHEET_COLUMNS && s->text[s->line.len - 1] == ' ')
		s->text[--s->line.len] = '\0';
	fprintf(s->out, "%s\n", s->text);
	s->line = line_over(s->text, sizeof(s->text));
}

static void pad_to(struct sheet *s, size_t column)
{
	while (s->line.len < column)
		line_char(&s->line, ' ');
}

void sheet_name(struct sheet *s, const char *name)
{
	escape_text(&s->line, name);
	if (s->line.len > SHEET_NAME)
		sheet_end(s);
	pad_to(s, SHEET_NAME);
}

void sheet_cell(struct sheet *s, const char *text)
{
	size_t len = strlen(text);

	pad_to(s, s->line.len + (len < SHEET_CELL ? SHEET_CELL - len : 1));
	line_str(&s->line, text);
}

void sheet_text(struct sheet *s, const char *text)
{
	line_str(&s->line, text);
}

void sheet_untrusted(struct sheet *s, const char *text)
{
	escape_text(&s->line, text);
}

void sheet_flow(struct sheet *s, const char *text)
{
	sheet_text(s, ",");
	if (s->line.len + 1 + strlen(text) >= SHEET_COLUMNS) {
		sheet_end(s);
		sheet_text(s, "    ");
	}
	sheet_text(s, " ");
	sheet_text(s, text);
}

void sheet_titles(struct sheet *s, const char *name, const char *const *titles)
{
	sheet_name(s, name);
	for (; *titles; titles++)
		sheet_cell(s, *titles);
}

void sheet_rule(struct sheet *s)
{
	sheet_end(s);
	for (unsigned i = 0; i < SHEET_COLUMNS; i++)
		line_char(&s->line, '-');
	sheet_end(s);
}
