/* SPDX-License-Identifier: MIT */
/* See sheet.h. */
#include "sheet.h"

#include <string.h>

#include "escape.h"

static void begin_line(struct sheet *s)
{
	s->line = line_over(s->text, sizeof(s->text));
	s->colour = NULL;
}

void sheet_over(struct sheet *s, FILE *out)
{
	s->out = out;
	s->columns = SHEET_COLUMNS;
	s->lines = 0;
	begin_line(s);
}

void sheet_end(struct sheet *s)
{
	if (s->line.len > s->columns)
		strcpy(s->text + s->columns - 3, "...");
	while (s->line.len && s->line.len <= s->columns && s->text[s->line.len - 1] == ' ')
		s->text[--s->line.len] = '\0';
	if (s->colour)
		fprintf(s->out, "%s%.*s\033[0m%s\n", s->colour, (int)s->coloured, s->text,
			s->text + s->coloured);
	else
		fprintf(s->out, "%s\n", s->text);
	s->lines++;
	begin_line(s);
}

void sheet_pad(struct sheet *s, size_t column)
{
	while (s->line.len < column)
		line_char(&s->line, ' ');
}

void sheet_paint(struct sheet *s, const char *colour)
{
	s->colour = colour;
	s->coloured = s->line.len;
}

void sheet_name(struct sheet *s, const char *name)
{
	escape_text(&s->line, name);
	if (s->line.len > SHEET_NAME)
		sheet_end(s);
	sheet_pad(s, SHEET_NAME);
}

void sheet_cell(struct sheet *s, const char *text)
{
	size_t len = strlen(text);

	sheet_pad(s, s->line.len + (len < SHEET_CELL ? SHEET_CELL - len : 1));
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
	if (s->line.len + 1 + strlen(text) >= s->columns) {
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
	for (unsigned i = 0; i < s->columns; i++)
		line_char(&s->line, '-');
	sheet_end(s);
}
