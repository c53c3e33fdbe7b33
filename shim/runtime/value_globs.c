/* SPDX-License-Identifier: MIT */
/*
 * The type `globs`: names of programs with * and ?, separated by commas; blanks around a comma do
 * not count.  Empty text is legal and matches nothing.
 */
#include "runtime/value.h"

#include "runtime/span.h"

const char value_form_globs[] = "program names with * and ?, separated by commas";

/* What can never match a program's name is a mistake, not a choice. */
static const char *glob_fault(struct span glob)
{
	if (!glob.len)
		return "has an empty element: write nginx,redis-*, say";
	if (span_find(glob, '[') != glob.len || span_find(glob, ']') != glob.len)
		return "has a bracket: globs know * and ? only, as in redis-*";
	if (span_find(glob, '/') != glob.len)
		return "has a slash: write names of programs, not paths, as in redis-*";
	return NULL;
}

int value_parse_globs(value_globs *out, const char *text,
	struct value_bounds bounds __attribute__((unused)), struct line *why)
{
	struct span rest = span_of(text);
	bool more = rest.len != 0;

	while (more) {
		size_t comma = span_find(rest, ',');
		const char *fault = glob_fault(span_trim((struct span){rest.at, comma}));

		if (fault) {
			line_str(why, fault);
			return -1;
		}
		more = comma < rest.len;
		span_cut(&rest, ',');
	}
	*out = text;
	return 0;
}

void value_print_globs(struct line *l, const value_globs *value)
{
	line_str(l, *value);
}

/* Linear: a star that was passed is never come back to once a later one matched. */
static bool glob_match(struct span glob, const char *name)
{
	const char *at = name, *retry = NULL;
	size_t g = 0, star = 0;

	while (*at) {
		if (g < glob.len && glob.at[g] == '*') {
			star = ++g;
			retry = at;
		} else if (g < glob.len && (glob.at[g] == '?' || glob.at[g] == *at)) {
			g++;
			at++;
		} else if (retry) {
			g = star;
			at = ++retry;
		} else {
			return false;
		}
	}
	while (g < glob.len && glob.at[g] == '*')
		g++;
	return g == glob.len;
}

bool value_glob_match(const char *globs, const char *name)
{
	struct span rest = span_of(globs);

	while (rest.len) {
		struct span glob = span_trim(span_cut(&rest, ','));

		if (glob.len && glob_match(glob, name))
			return true;
	}
	return false;
}
