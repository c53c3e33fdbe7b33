/* SPDX-License-Identifier: MIT */
/* One table says which subcommands there are: dispatch, usage and help come from it. */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "nearest.h"
#include "util.h"

static const struct {
	const char *name;
	int (*function)(int argc, char **argv);
	void (*help)(void);
	const char *line;
} commands[] = {
	{"run", cmd_run, cmd_run_help, "start a program with its sockets hardened"},
	{"trace", cmd_trace, cmd_trace_help,
		"start a program and show what it does on the network"},
	{"show", cmd_show, cmd_show_help, "show a recording of what programs did"},
	{"watch", cmd_watch, cmd_watch_help,
		"watch a running program: arm it, tell dead from slow, end what is dead"},
	{"check", cmd_check, cmd_check_help, "tell what of a program is covered, and the options"},
	{"options", cmd_options, cmd_options_help, "list every option with default and legal form"},
};

static void usage(FILE *out)
{
	fputs("Usage: peerless COMMAND [ARGUMENT...]\n\n", out);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(out, "  %-9s %s\n", commands[i].name, commands[i].line);
	fputs("\n`peerless help COMMAND` says more; `peerless --version`.\n", out);
}

/* The command's place in the table; any other name ends the program. */
static size_t find(const char *name)
{
	const char *names[ARRAY_SIZE(commands) + 2] = {"help"};
	const char *like;

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!strcmp(commands[i].name, name))
			return i;
		names[i + 1] = commands[i].name;
	}
	like = nearest(name, names);
	die(STATUS_USAGE, "%s: no such command%s%s; `peerless --help` lists them", name,
		like ? "; the nearest is " : "", like ? like : "");
}

static int help(const char *name)
{
	if (name)
		commands[find(name)].help();
	else
		usage(stdout);
	return 0;
}

/* Output that could not be written is a failure of ours: a full disk is no success. */
static int finish(int status)
{
	return fflush(stdout) || ferror(stdout) ? STATUS_OURS : status;
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;

	if (!name) {
		usage(stderr);
		return STATUS_USAGE;
	}
	if (!strcmp(name, "--version")) {
		puts("peerless " PEERLESS_VERSION);
		return finish(0);
	}
	if (!strcmp(name, "--help") || !strcmp(name, "-h") || !strcmp(name, "help"))
		return finish(help(argv[2]));
	if (argc > 2 && !strcmp(argv[2], "--help"))
		return finish(help(name));
	return finish(commands[find(name)].function(argc - 1, argv + 1));
}
