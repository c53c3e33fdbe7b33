/* SPDX-License-Identifier: MIT */
/*
 * peerless run: everything is checked first, then CMD replaces us by exec.  So the program has
 * our process id, and its signals, descriptors and exit status are its own; nothing of ours is
 * left but LD_PRELOAD and PEERLESS_x.  What is wrong with options, CMD or library is said before
 * anything starts.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "coverage.h"
#include "flags.h"
#include "library.h"
#include "logtarget.h"
#include "program.h"
#include "util.h"

void cmd_run_help(void)
{
	puts("Usage: peerless run [--option=value...] [--require] [--] CMD [ARG...]\n\n"
	     "Starts CMD with libpeerless.so preloaded, as the same process.\n\n"
	     "  --require  refuse a program that cannot be covered, instead of a warning");
	flags_usage();
	puts("\nExit status: CMD's own; 2 bad option or config file, 125 peerless failed or\n"
	     "refused, 126 CMD cannot be executed, 127 CMD not found.");
}

struct request {
	struct flags flags;
	bool require;
	char **cmd;
};

static struct request parse(char **argv)
{
	static const char *const own[] = {"--require", NULL};
	struct request r = {0};

	for (argv++; *argv && (*argv)[0] == '-'; argv++) {
		if (!strcmp(*argv, "--")) {
			argv++;
			break;
		}
		if (!strcmp(*argv, "--require"))
			r.require = true;
		else if (!strncmp(*argv, "--", 2))
			flags_take(&r.flags, *argv, own);
		else
			die(STATUS_USAGE, "%s: no such option; `peerless help run` lists them",
				*argv);
	}
	if (!*argv)
		die(STATUS_USAGE, "no command to run: peerless run [--option=value...] -- CMD");
	r.cmd = argv;
	return r;
}

/* The program runs anyway unless --require: an operator's wrapper must not take a service down. */
static void judge(const struct request *r, const struct program *t, const struct settings *s)
{
	const char *loaded = t->hops ? program_loaded(t) : "";
	const char *by = t->hops ? ", run by " : "";
	struct coverage c;

	coverage_judge(&c, t);
	if (c.kind != COVERAGE_FULL && r->require)
		die(STATUS_OURS, "--require: nothing was started: %s%s%s %s", t->path, by, loaded,
			coverage_what(c.kind));
	if (c.kind != COVERAGE_FULL)
		say("warning: running without peerless: %s%s%s %s", t->path, by, loaded,
			coverage_what(c.kind));
	coverage_free(&c);
	if (r->require && !config_active(&s->base, t->name))
		die(STATUS_OURS,
			"ONLY, EXCEPT or DISABLE leaves %s out; --require: nothing was "
			"started (peerless check says which)",
			t->name);
}

static void preload(void)
{
	char path[PATH_MAX], why[LIBRARY_WHY_MAX];
	cleanup_free char *list = NULL;

	if (library_find(path, why))
		die(STATUS_OURS, "%s", why);
	list = library_append(getenv("LD_PRELOAD"), path);
	if (setenv("LD_PRELOAD", list, 1))
		die(STATUS_OURS, "out of memory");
}

int cmd_run(int argc, char **argv)
{
	struct request r = parse(argv);
	const struct settings *s;
	char why[PATH_MAX + 256];
	struct program t;
	int missing = program_resolve(&t, r.cmd[0], why, sizeof(why)), err;

	(void)argc;
	s = flags_settings(&r.flags, t.name);
	if (missing)
		die(missing, "%s", why);
	flags_export(&r.flags);
	preload();
	judge(&r, &t, s);
	logtarget_warn(s);
	err = program_exec(&t, r.cmd);
	if (err == ENOENT) /* it was there a moment ago */
		die(STATUS_MISSING, "%s: the loader or interpreter that it names is missing",
			t.path);
	die(STATUS_CANNOT, "%s: %s", t.path, strerror(err));
}
