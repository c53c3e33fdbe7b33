/* SPDX-License-Identifier: MIT */
/* See fields.h. */
#include "fields.h"

#include "story_text.h"

const struct fields_row fields_row[FIELD_COUNT] = {
#define FIELD(name, type, events, meaning) {#name, #type, events, meaning},
#include "fields.def"
#undef FIELD
};

const char *fields_event(unsigned kind)
{
	return kind == FIELDS_CONNECTION ? "connection" : story_text_event(kind);
}

static void put_events(FILE *out, unsigned events)
{
	const char *comma = "";

	if (events == IN_ALL) {
		fputs("all", out);
		return;
	}
	for (unsigned kind = 0; kind < FIELDS_KINDS; kind++)
		if (events >> kind & 1) {
			fprintf(out, "%s%s", comma, fields_event(kind));
			comma = ", ";
		}
}

static void put_cell(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '|' || *text == '*' || *text == '<')
			fputc('\\', out);
		fputc(*text, out);
	}
}

void fields_markdown_of(FILE *out, unsigned events)
{
	fputs("| field | type | in | meaning |\n|---|---|---|---|\n", out);
	for (unsigned i = 0; i < FIELD_COUNT; i++) {
		if (!(fields_row[i].events & events))
			continue;
		fprintf(out, "| `%s` | %s | ", fields_row[i].name, fields_row[i].type);
		put_events(out, fields_row[i].events);
		fputs(" | ", out);
		put_cell(out, fields_row[i].meaning);
		fputs(" |\n", out);
	}
}

void fields_markdown(FILE *out)
{
	fields_markdown_of(out, IN_ALL);
}
