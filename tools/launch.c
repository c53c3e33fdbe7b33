/* SPDX-License-Identifier: MIT */
/* See launch.h. */
#include "launch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "coverage.h"
#include "library.h"
#include "logtarget.h"
#include "util.h"

void launch_take(struct launch *l, const char *arg, const char *const *own)
{
	if (!strcmp(arg, "--require"))
		l->require = true;
	else
		flags_take(&l->flags, arg, own);
}

void launch_usage(void)
{
	puts("  --require      refuse a program that cannot be covered, instead of a warning");
	flags_usage();
}

/* The program runs anyway unless --require: an operator's wrapper must not take a service down. */
static void judge(const struct launch *l)
{
	const struct program *t = &l->program;
	const char *loaded = t->hops ? program_loaded(t) : "";
	const char *by = t->hops ? ", run by " : "";
	struct coverage c;

	coverage_judge(&c, t);
	if (c.kind != COVERAGE_FULL && l->require)
		die(STATUS_OURS, "--require: nothing was started: %s%s%s %s", t->path, by, loaded,
			coverage_what(c.kind));
	if (c.kind != COVERAGE_FULL)
		say("warning: running without peerless: %s%s%s %s", t->path, by, loaded,
			coverage_what(c.kind));
	coverage_free(&c);
	if (l->require && !config_active(&l->settings->base, t->name))
		die(STATUS_OURS,
			"ONLY, EXCEPT or DISABLE leaves %s out; --require: nothing was "
			"started (peerless check says which)",
			t->name);
}

void launch_check(struct launch *l)
{
	char why[PATH_MAX + 256], lacks[LIBRARY_WHY_MAX];
	int missing = program_resolve(&l->program, l->cmd[0], why, sizeof(why));

	l->settings = flags_settings(&l->flags, l->program.name);
	if (missing)
		die(missing, "%s", why);
	if (library_find(l->library, lacks))
		die(STATUS_OURS, "%s", lacks);
	judge(l);
	logtarget_warn(l->settings);
}

void launch_export(const struct launch *l)
{
	cleanup_free char *list = library_append(getenv("LD_PRELOAD"), l->library);

	flags_export(&l->flags);
	if (setenv("LD_PRELOAD", list, 1))
		die(STATUS_OURS, "out of memory");
}

void launch_failed(const struct launch *l, int err)
{
	if (err == ENOENT) /* it was there a moment ago */
		die(STATUS_MISSING, "%s: the loader or interpreter that it names is missing",
			l->program.path);
	die(STATUS_CANNOT, "%s: %s", l->program.path, strerror(err));
}
