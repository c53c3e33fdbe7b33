/* SPDX-License-Identifier: MIT */
/*
 * peerless check: what `peerless run` would find, for people.  The library, the file and its
 * interpreters, a verdict with what to do about it, and the options in force.
 */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "coverage.h"
#include "explain.h"
#include "flags.h"
#include "logtarget.h"
#include "imports.h"
#include "library.h"
#include "print_settings.h"
#include "program.h"
#include "tracefile.h"
#include "util.h"
#include "wrap.h"

void cmd_check_help(void)
{
	puts("Usage: peerless check [--option=value...] [--explain HOST:PORT] [--] [CMD]\n\n"
	     "Tells whether `peerless run -- CMD` can cover CMD, and if not why and what to do.\n"
	     "Without CMD: the options in force and where each comes from.\n\n"
	     "  --explain HOST:PORT   which rule a connection there gets, and what it comes to;\n"
	     "                        [IPv6]:PORT, and listen:PORT for accepted connections");
	flags_usage();
	puts("\nExit status: 0 covered, 1 not covered, 2 bad option or config file,\n"
	     "126 CMD cannot be executed, 127 CMD not found.");
}

struct request {
	struct flags flags;
	const char *where; /* --explain, or NULL */
	const char *cmd;   /* or NULL */
};

static struct request parse(char **argv)
{
	static const char *const own[] = {"--explain", NULL};
	struct request r = {0};

	for (argv++; *argv && (*argv)[0] == '-'; argv++) {
		if (!strcmp(*argv, "--")) {
			argv++;
			break;
		}
		if (!strcmp(*argv, "--explain")) {
			r.where = *++argv;
			if (!r.where)
				die(STATUS_USAGE, "--explain: of which connection?  HOST:PORT");
		} else if (!strncmp(*argv, "--explain=", 10)) {
			r.where = *argv + 10;
		} else if (!strncmp(*argv, "--", 2)) {
			flags_take(&r.flags, *argv, own);
		} else {
			die(STATUS_USAGE, "%s: no such option; `peerless help check` lists them",
				*argv);
		}
	}
	r.cmd = *argv;
	if (r.cmd && argv[1])
		die(STATUS_USAGE, "%s: check takes one CMD, and options before it", argv[1]);
	return r;
}

static void print_kind(const struct elfcheck *e)
{
	const char *machine = elfcheck_machine_name(e->machine);
	char text[512], number[32];

	if (!e->bits)
		return; /* the verdict says why nothing was read */
	snprintf(number, sizeof(number), "machine %u", e->machine);
	snprintf(text, sizeof(text), "ELF %u-bit %s, %s%s%s%s", e->bits, machine ? machine : number,
		e->go ? "Go, " : "",
		*e->interp   ? "dynamic, loader "
		: e->dynamic ? "static, position-independent"
			     : "static",
		e->interp, "");
	wrap_field("kind", text);
}

/* "name name name", of those that `wanted` says yes to; to be freed. */
static char *pick(const struct elfcheck_names *names, const char *gap)
{
	size_t size = 1;
	char *out;

	for (size_t i = 0; i < names->count; i++)
		size += strlen(names->name[i]) + 1;
	out = die_if_null(calloc(1, size));
	for (size_t i = 0; i < names->count; i++) {
		const char *its = imports_gap(names->name[i]);

		if (gap ? its && !strcmp(its, gap) : imports_is_covered(names->name[i]))
			strcat(strcat(out, names->name[i]), " ");
	}
	return out;
}

/* Each gap once, with the names that have it in front. */
static void print_gaps(const struct elfcheck_names *names)
{
	for (size_t i = 0; i < names->count; i++) {
		const char *gap = imports_gap(names->name[i]);
		cleanup_free char *list = gap ? pick(names, gap) : NULL;
		char text[1024];

		/* Said already?  Then an earlier name heads that list. */
		if (!gap || strncmp(list, names->name[i], strlen(names->name[i])))
			continue;
		snprintf(text, sizeof(text), "%s(%s)", list, gap);
		wrap_field("not wrapped", text);
	}
}

static void print_imports(const struct elfcheck *e)
{
	cleanup_free char *list = pick(&e->imports, NULL);

	if (!e->imports_known)
		wrap_field("calls", "unknown: the file has no section headers");
	else
		wrap_field("calls", *list ? list : "none of its own; those of its libraries count");
	print_gaps(&e->imports);
	wrap_field("", "Libraries it loads are covered in the same way, but for RTLD_DEEPBIND and "
		       "dlmopen copies, io_uring and raw syscall instructions.");
}

static void print_files(const char *cmd, const struct program *p)
{
	wrap_field("command", cmd);
	wrap_field("file", p->path);
	for (unsigned i = 0; i < p->hops; i++)
		wrap_field("run by", p->interpreter[i]);
}

static bool print_library(void)
{
	char path[PATH_MAX], why[LIBRARY_WHY_MAX];
	bool missing = library_find(path, why);

	wrap_field("library", missing ? why : path);
	return !missing;
}

/* Is it in force for this program, as far as the settings decide? */
static bool print_active(const struct settings *s, const char *name)
{
	char text[PATH_MAX + 64];

	if (config_active(&s->base, name))
		return true;
	snprintf(text, sizeof(text), "not covered: %s%s",
		s->base.disable ? "DISABLE=1" : "ONLY or EXCEPT leaves out ",
		s->base.disable ? "" : name);
	wrap_field("verdict", text);
	wrap_field("instead", "see the options below for where that is said");
	return false;
}

static bool print_verdict(const struct settings *s, const struct program *p)
{
	bool loadable = print_library(), covered;
	struct coverage c;
	char text[512];

	coverage_judge(&c, p);
	print_kind(&c.elf);
	covered = c.kind == COVERAGE_FULL;
	if (!covered) {
		snprintf(text, sizeof(text), "not covered: it %s", coverage_what(c.kind));
		wrap_field("verdict", text);
		wrap_field("instead", coverage_instead(c.kind));
	} else if (!loadable) {
		wrap_field("verdict", "not covered: no library to load");
	} else if (print_active(s, p->name)) {
		wrap_field("verdict", "covered");
		print_imports(&c.elf);
	} else {
		covered = false;
	}
	coverage_free(&c);
	return covered && loadable;
}

int cmd_check(int argc, char **argv)
{
	struct request r = parse(argv);
	const struct settings *s;
	bool covered = true;
	char why[PATH_MAX + 256];
	struct program p = {.name = "peerless"};
	int missing = r.cmd ? program_resolve(&p, r.cmd, why, sizeof(why)) : 0;

	(void)argc;
	s = flags_settings(&r.flags, p.name);
	if (missing)
		die(missing, "%s", why);
	if (r.cmd) {
		print_files(r.cmd, &p);
		covered = print_verdict(s, &p);
	}
	logtarget_warn(s);
	tracefile_warn(s);
	if (r.where)
		explain(s, r.where);
	else
		print_settings(s);
	flags_free(&r.flags);
	return covered ? 0 : STATUS_NOT_COVERED;
}
