/* SPDX-License-Identifier: MIT */
/*
 * peerless run: everything is checked first, then CMD replaces us by exec.  So the program has
 * our process id, and its signals, descriptors and exit status are its own; nothing of ours is
 * left but LD_PRELOAD and PEERLESS_x, and the sentinel beside it where one is asked for.  What is
 * wrong with options, CMD, library, recording or sentinel is said before anything starts.
 */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "launch.h"
#include "sentinel_start.h"
#include "tracefile.h"
#include "util.h"

void cmd_run_help(void)
{
	puts("Usage: peerless run [--option=value...] [--require] [--sentinel] [--] CMD "
	     "[ARG...]\n\n"
	     "Starts CMD with libpeerless.so preloaded, as the same process.\n");
	puts("  --sentinel     and a `peerless watch` beside it, which ends with CMD and its "
	     "children");
	launch_usage();
	puts("\nExit status: CMD's own; 2 bad option or config file, 125 peerless failed or\n"
	     "refused, 126 CMD cannot be executed, 127 CMD not found.");
}

struct request {
	struct launch launch;
	bool sentinel;
};

static void parse(struct request *r, char **argv)
{
	static const char *const own[] = {"--require", "--sentinel", NULL};

	for (argv++; *argv && (*argv)[0] == '-'; argv++) {
		if (!strcmp(*argv, "--")) {
			argv++;
			break;
		}
		if (strncmp(*argv, "--", 2) != 0)
			die(STATUS_USAGE, "%s: no such option; `peerless help run` lists them",
				*argv);
		if (!strcmp(*argv, "--sentinel"))
			r->sentinel = true;
		else
			launch_take(&r->launch, *argv, own);
	}
	if (!*argv)
		die(STATUS_USAGE, "no command to run: peerless run [--option=value...] -- CMD");
	r->launch.cmd = argv;
}

/* Whoever gives a flag means this program; a file or variable may be there for others. */
static void warn_unheeded(const struct settings *s)
{
	for (int id = 0; id < OPT_COUNT; id++) {
		const struct config_option *o = config_option(id);

		if (s->origin[id].source == SOURCE_FLAG && !strncmp(o->meaning, "Sentinel:", 9))
			say("warning: %s is the sentinel's, and there is none: add --sentinel",
				o->name);
	}
}

int cmd_run(int argc, char **argv)
{
	struct request r = {.sentinel = false};
	struct launch *l = &r.launch;

	(void)argc;
	parse(&r, argv);
	launch_check(l);
	tracefile_demand(l->settings);
	launch_export(l);
	if (r.sentinel && l->settings->base.disable)
		say("warning: DISABLE=1: there is no sentinel either");
	else if (r.sentinel)
		sentinel_start(l->program.name);
	else
		warn_unheeded(l->settings);
	launch_failed(l, program_exec(&l->program, l->cmd));
}
