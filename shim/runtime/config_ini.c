/* SPDX-License-Identifier: MIT */
/*
 * Text to sections and entries.  In a file, # and ; begin a comment at the start of a line or
 * after a blank, and each entry has its line.  In one line, ; stands between entries and a [ opens
 * the next section, so that no value may hold either.
 */
#include "runtime/config_ini.h"

static struct span without_comment(struct span line)
{
	size_t i;

	for (i = 0; i < line.len; i++) {
		bool mark = line.at[i] == '#' || line.at[i] == ';';

		if (mark && (i == 0 || line.at[i - 1] == ' ' || line.at[i - 1] == '\t'))
			return (struct span){line.at, i};
	}
	return line;
}

/* Behind the ] that closes the [ at the start, or 0; IPv6 addresses nest brackets. */
static size_t bracket_end(struct span s)
{
	size_t i, depth = 0;

	for (i = 0; i < s.len; i++) {
		depth += s.at[i] == '[';
		if (s.at[i] == ']' && --depth == 0)
			return i + 1;
	}
	return 0;
}

static void take_section(struct ini_item *item, struct span text, bool closed)
{
	item->kind = closed ? INI_SECTION : INI_BAD_SECTION;
	item->text = closed ? span_trim((struct span){text.at + 1, text.len - 2}) : text;
}

/* Has it a ] that closes nothing?  No key has: it is a head that has lost its [. */
static bool is_damaged_head(struct span key)
{
	size_t i, depth = 0;

	for (i = 0; i < key.len; i++) {
		depth += key.at[i] == '[';
		if (key.at[i] == ']' && depth-- == 0)
			return true;
	}
	return false;
}

static void take_entry(struct ini_item *item, struct span text)
{
	struct span value = text;
	struct span key = span_cut(&value, '=');

	item->kind = key.len < text.len ? INI_ENTRY : INI_BAD_ENTRY;
	if (is_damaged_head(key))
		item->kind = INI_BAD_SECTION;
	item->text = text;
	item->key = span_trim(key);
	item->value = span_trim(value);
}

bool config_ini_next_in_file(struct ini *in, struct ini_item *item)
{
	struct span text = {in->rest.at, 0};

	while (in->rest.len && !text.len) {
		text = span_trim(without_comment(span_cut(&in->rest, '\n')));
		in->line++;
	}
	if (!text.len)
		return false;
	item->line = in->line;
	if (text.at[0] == '[')
		take_section(item, text, bracket_end(text) == text.len);
	else
		take_entry(item, text);
	return true;
}

static size_t entry_end(struct span s)
{
	size_t semicolon = span_find(s, ';');
	size_t bracket = span_find(s, '[');

	return semicolon < bracket ? semicolon : bracket;
}

bool config_ini_next_in_line(struct ini *in, struct ini_item *item)
{
	bool section;
	size_t end;

	in->rest = span_trim(in->rest);
	while (in->rest.len && in->rest.at[0] == ';')
		in->rest = span_trim(span_from(in->rest, 1));
	if (!in->rest.len)
		return false;
	item->line = 0;
	section = in->rest.at[0] == '[';
	end = section ? bracket_end(in->rest) : entry_end(in->rest);
	if (section)
		take_section(item, (struct span){in->rest.at, end ? end : in->rest.len}, end != 0);
	else
		take_entry(item, span_trim((struct span){in->rest.at, end}));
	in->rest = span_from(in->rest, end ? end : in->rest.len);
	return true;
}
