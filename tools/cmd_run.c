/* SPDX-License-Identifier: MIT */
/*
 * peerless run: everything is checked first, then CMD replaces us by exec.  So the program has
 * our process id, and its signals, descriptors and exit status are its own; nothing of ours is
 * left but LD_PRELOAD and PEERLESS_x.  What is wrong with options, CMD, library or recording is
 * said before anything starts.
 */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "launch.h"
#include "tracefile.h"
#include "util.h"

void cmd_run_help(void)
{
	puts("Usage: peerless run [--option=value...] [--require] [--] CMD [ARG...]\n\n"
	     "Starts CMD with libpeerless.so preloaded, as the same process.\n");
	launch_usage();
	puts("\nExit status: CMD's own; 2 bad option or config file, 125 peerless failed or\n"
	     "refused, 126 CMD cannot be executed, 127 CMD not found.");
}

static void parse(struct launch *l, char **argv)
{
	static const char *const own[] = {"--require", NULL};

	for (argv++; *argv && (*argv)[0] == '-'; argv++) {
		if (!strcmp(*argv, "--")) {
			argv++;
			break;
		}
		if (strncmp(*argv, "--", 2) != 0)
			die(STATUS_USAGE, "%s: no such option; `peerless help run` lists them",
				*argv);
		launch_take(l, *argv, own);
	}
	if (!*argv)
		die(STATUS_USAGE, "no command to run: peerless run [--option=value...] -- CMD");
	l->cmd = argv;
}

int cmd_run(int argc, char **argv)
{
	struct launch l = {0};

	(void)argc;
	parse(&l, argv);
	launch_check(&l);
	tracefile_demand(l.settings);
	launch_export(&l);
	launch_failed(&l, program_exec(&l.program, l.cmd));
}
