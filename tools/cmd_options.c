/* SPDX-License-Identifier: MIT */
/*
 * peerless options: config.def, for people, for programs and for README.  The three printers say
 * the same; tests/docs keeps README's table equal to the last.
 */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "flags.h"
#include "util.h"
#include "wrap.h"

enum { DEFAULT_COLUMN = 17, FORM_COLUMN = 27 };

void cmd_options_help(void)
{
	puts("Usage: peerless options [--json | --markdown]\n\n"
	     "Lists every option: its variable is PEERLESS_NAME, its flag of `peerless run` "
	     "--name,\n"
	     "its line in a config file name = value.\n\n"
	     "  --json      an array of objects\n"
	     "  --markdown  the table in README.md");
}

static const char *scope_name(enum config_scope scope)
{
	return scope == SCOPE_CONN ? "connection" : "process";
}

static void print_text(const struct config_option *o)
{
	printf("%-*s%-*s", DEFAULT_COLUMN, o->name, FORM_COLUMN - DEFAULT_COLUMN,
		*o->fallback ? o->fallback : "-");
	wrap_text(FORM_COLUMN, o->form);
	printf("%*s", FORM_COLUMN, "");
	wrap_text(FORM_COLUMN, o->meaning);
}

static void print_json_member(const char *key, const char *value, const char *end)
{
	char text[1024];
	struct line l = line_over(text, sizeof(text));

	line_quoted(&l, value);
	printf("    \"%s\": %s%s\n", key, text, end);
}

static void print_json(const struct config_option *o, bool last)
{
	char variable[FLAGS_NAME_MAX], flag[FLAGS_NAME_MAX];

	snprintf(variable, sizeof(variable), "PEERLESS_%s", o->name);
	puts("  {");
	print_json_member("name", o->name, ",");
	print_json_member("variable", variable, ",");
	print_json_member("flag", flags_name(flag, o->name), ",");
	print_json_member("default", o->fallback, ",");
	print_json_member("form", o->form, ",");
	print_json_member("scope", scope_name(o->scope), ",");
	print_json_member("meaning", o->meaning, "");
	puts(last ? "  }" : "  },");
}

static void print_markdown_cell(const char *text)
{
	fputs("| ", stdout);
	for (; *text; text++) {
		if (strchr("|*<", *text))
			putchar('\\');
		putchar(*text);
	}
	putchar(' ');
}

static void print_markdown(const struct config_option *o)
{
	printf("| `%s` | %s%s%s ", o->name, *o->fallback ? "`" : "", o->fallback,
		*o->fallback ? "`" : "");
	print_markdown_cell(o->form);
	printf("| %s ", o->scope == SCOPE_CONN ? "yes" : "no");
	print_markdown_cell(o->meaning);
	puts("|");
}

int cmd_options(int argc, char **argv)
{
	bool json = argc == 2 && !strcmp(argv[1], "--json");
	bool markdown = argc == 2 && !strcmp(argv[1], "--markdown");

	if (argc > 1 && !json && !markdown)
		die(STATUS_USAGE, "%s: peerless options takes --json or --markdown, or nothing",
			argv[argc - 1]);
	if (json)
		puts("[");
	if (markdown)
		puts("| option | default | legal form | in rules | meaning |\n"
		     "|---|---|---|---|---|");
	for (int id = 0; id < OPT_COUNT; id++) {
		const struct config_option *o = config_option((enum opt_id)id);

		if (json)
			print_json(o, id == OPT_COUNT - 1);
		else if (markdown)
			print_markdown(o);
		else
			print_text(o);
	}
	if (json)
		puts("]");
	return 0;
}
