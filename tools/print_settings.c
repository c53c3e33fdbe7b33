/* SPDX-License-Identifier: MIT */
/* See print_settings.h. */
#include "print_settings.h"

#include <stdio.h>

#include "flags.h"

enum { NAME_COLUMNS = 16, VALUE_COLUMNS = 24 };

const char *print_settings_origin(char out[PRINT_SETTINGS_TEXT_MAX], const struct settings *s,
	const struct config_origin *origin, enum opt_id id)
{
	char flag[FLAGS_NAME_MAX];
	const char *name = config_option(id)->name;

	switch (origin->source) {
	case SOURCE_DEFAULT: return "default";
	case SOURCE_FILE:
		snprintf(out, PRINT_SETTINGS_TEXT_MAX, "%s:%u", s->path, origin->line);
		break;
	case SOURCE_ENVIRONMENT: snprintf(out, PRINT_SETTINGS_TEXT_MAX, "PEERLESS_%s", name); break;
	case SOURCE_FLAG:
		snprintf(out, PRINT_SETTINGS_TEXT_MAX, "%s", flags_name(flag, name));
		break;
	}
	return out;
}

const char *print_settings_rule_origin(
	char out[PRINT_SETTINGS_TEXT_MAX], const struct settings *s, const struct rule *r)
{
	if (r->origin.source != SOURCE_FILE)
		return "PEERLESS_RULES";
	snprintf(out, PRINT_SETTINGS_TEXT_MAX, "%s:%u", s->path, r->origin.line);
	return out;
}

const char *print_settings_value(
	char out[PRINT_SETTINGS_TEXT_MAX], const struct config *c, enum opt_id id)
{
	struct line l = line_over(out, PRINT_SETTINGS_TEXT_MAX);

	config_print(&l, c, id);
	return l.len ? out : "-";
}

static void print_rule(const struct settings *s, const struct rule *r)
{
	char text[PRINT_SETTINGS_TEXT_MAX], value[PRINT_SETTINGS_TEXT_MAX];
	struct line l = line_over(text, sizeof(text));

	rule_print(&l, r);
	for (int id = 0; id < OPT_COUNT; id++)
		if (r->own >> id & 1) {
			char flag[FLAGS_NAME_MAX];

			line_char(&l, ' ');
			line_str(&l, flags_name(flag, config_option((enum opt_id)id)->name) + 2);
			line_char(&l, '=');
			line_str(&l, print_settings_value(value, &r->config, (enum opt_id)id));
		}
	printf("  %s  (%s)\n", text, print_settings_rule_origin(value, s, r));
}

void print_settings(const struct settings *s)
{
	char value[PRINT_SETTINGS_TEXT_MAX], origin[PRINT_SETTINGS_TEXT_MAX];

	puts("options in force");
	for (int id = 0; id < OPT_COUNT; id++)
		printf("  %-*s%-*s %s\n", NAME_COLUMNS, config_option((enum opt_id)id)->name,
			VALUE_COLUMNS, print_settings_value(value, &s->base, (enum opt_id)id),
			print_settings_origin(origin, s, &s->origin[id], (enum opt_id)id));
	puts(s->rule_count ? "rules, the first that matches wins" : "rules: none");
	for (unsigned i = 0; i < s->rule_count; i++)
		print_rule(s, &s->rule[i]);
}
