/* SPDX-License-Identifier: MIT */
/*
 * Types of config.def whose values are a few words, each the name of an enum constant: the words
 * stand in the order of the enum in value.h.  `boolean` is here too, its words are 0 and 1.
 */
#include "runtime/span.h"
#include "runtime/value.h"

#define WORDS_MAX 3

/* NULL-terminated. */
struct words {
	const char *word[WORDS_MAX + 1];
};

static const struct words override_words = {{"app", "force"}};
static const struct words sigpipe_words = {{"auto", "safe", "off"}};
static const struct words also_words = {{"none", "closed"}};
static const struct words level_words = {{"config", "death", "conn"}};
static const struct words format_words = {{"text", "json"}};
static const struct words children_words = {{"inherit", "strip", "force"}};
static const struct words seccomp_words = {{"auto", "strict", "ignore"}};
static const struct words full_words = {{"overwrite", "stop"}};
static const struct words boolean_words = {{"0", "1"}};

const char value_form_override[] = "app or force";
const char value_form_sigpipe[] = "auto, safe or off";
const char value_form_also[] = "none or closed";
const char value_form_level[] = "config, death or conn";
const char value_form_format[] = "text or json";
const char value_form_children[] = "inherit, strip or force";
const char value_form_seccomp[] = "auto, strict or ignore";
const char value_form_full[] = "overwrite or stop";
const char value_form_boolean[] = "0 or 1";

/* The words' enums are unsigned: one of them is as good as another through this pointer. */
static int word_parse(unsigned *out, const struct words *words, const char *form, const char *text,
	struct line *why)
{
	unsigned i;

	for (i = 0; words->word[i]; i++) {
		if (span_is(span_of(text), words->word[i])) {
			*out = i;
			return 0;
		}
	}
	line_str(why, "is not known: write ");
	line_str(why, form);
	return -1;
}

/* The two functions of one type; no type here has bounds. */
#define PARSER(type)                                                \
	int value_parse_##type(value_##type *out, const char *text, \
		struct value_bounds bounds __attribute__((unused)), struct line *why)
#define PRINTER(type) void value_print_##type(struct line *l, const value_##type *value)

PARSER(override)
{
	return word_parse(out, &override_words, value_form_override, text, why);
}

PRINTER(override)
{
	line_str(l, override_words.word[*value]);
}

PARSER(sigpipe)
{
	return word_parse(out, &sigpipe_words, value_form_sigpipe, text, why);
}

PRINTER(sigpipe)
{
	line_str(l, sigpipe_words.word[*value]);
}

PARSER(also)
{
	return word_parse(out, &also_words, value_form_also, text, why);
}

PRINTER(also)
{
	line_str(l, also_words.word[*value]);
}

PARSER(level)
{
	return word_parse(out, &level_words, value_form_level, text, why);
}

PRINTER(level)
{
	line_str(l, level_words.word[*value]);
}

PARSER(format)
{
	return word_parse(out, &format_words, value_form_format, text, why);
}

PRINTER(format)
{
	line_str(l, format_words.word[*value]);
}

PARSER(children)
{
	return word_parse(out, &children_words, value_form_children, text, why);
}

PRINTER(children)
{
	line_str(l, children_words.word[*value]);
}

PARSER(seccomp)
{
	return word_parse(out, &seccomp_words, value_form_seccomp, text, why);
}

PRINTER(seccomp)
{
	line_str(l, seccomp_words.word[*value]);
}

PARSER(full)
{
	return word_parse(out, &full_words, value_form_full, text, why);
}

PRINTER(full)
{
	line_str(l, full_words.word[*value]);
}

PARSER(boolean)
{
	unsigned word;
	int rc = word_parse(&word, &boolean_words, value_form_boolean, text, why);

	if (rc == 0)
		*out = word;
	return rc;
}

PRINTER(boolean)
{
	line_str(l, boolean_words.word[*value]);
}
