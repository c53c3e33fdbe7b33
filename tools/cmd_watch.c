/* SPDX-License-Identifier: MIT */
/*
 * peerless watch: the sentinel for programs that run already.  On a terminal a live table; else
 * lines of the log, or JSON for machines.  `peerless run --sentinel` starts this too.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>

#include "commands.h"
#include "fields.h"
#include "flags.h"
#include "grab.h"
#include "logtarget.h"
#include "runtime/log.h"
#include "runtime/process.h"
#include "sentinel.h"
#include "sentinel_place.h"
#include "sentinel_start.h"
#include "util.h"
#include "watch_view.h"

void cmd_watch_help(void)
{
	puts("Usage: peerless watch [--option=value...] [OPTIONS] [--] PID...\n\n"
	     "Watches the TCP connections of programs that run already, preloaded or not: arms "
	     "them,\n"
	     "tells dead from slow, and ends those whose peer is dead, until the programs end.\n\n"
	     "  --once         only look: print the connections and verdicts once\n"
	     "  --look         only look, and go on: nothing is armed, sent or ended\n"
	     "  --json         JSON Lines; without --once: a line for each change of a verdict\n"
	     "  --no-follow    without the children of PID\n"
	     "  --fields       what a line of --json has in it, as a table");
	flags_usage();
	puts("\nExit status: 0 all have ended, or you ended it; 2 bad option or PID;\n"
	     "125 not permitted, or peerless failed.");
}

struct request {
	struct flags flags;
	struct watch_view_options view;
	struct sentinel_start start; /* by `peerless run` */
	bool look, no_follow;
	char **pids;
};

static bool take_own(struct request *r, const char *arg)
{
	if (!strcmp(arg, "--once"))
		r->view.once = r->look = true;
	else if (!strcmp(arg, "--look"))
		r->look = true;
	else if (!strcmp(arg, "--json"))
		r->view.json = true;
	else if (!strcmp(arg, "--no-follow"))
		r->no_follow = true;
	else if (sentinel_start_take(&r->start, arg))
		r->view.quiet = true;
	else
		return false;
	return true;
}

static struct request parse(char **argv)
{
	static const char *const own[] = {
		"--once", "--look", "--json", "--no-follow", "--fields", NULL};
	struct request r = {.view.out = stdout};

	for (argv++; *argv && (*argv)[0] == '-'; argv++) {
		if (!strcmp(*argv, "--")) {
			argv++;
			break;
		}
		if (!strcmp(*argv, "--fields")) {
			fields_markdown(stdout);
			exit(0);
		}
		if (strncmp(*argv, "--", 2) != 0)
			die(STATUS_USAGE, "%s: no such option; `peerless help watch` lists them",
				*argv);
		if (!take_own(&r, *argv))
			flags_take(&r.flags, *argv, own);
	}
	if (!*argv)
		die(STATUS_USAGE, "no process to watch: peerless watch [--option=value...] PID...");
	r.pids = argv;
	return r;
}

static pid_t parse_pid(const char *text)
{
	char *end;
	long pid = strtol(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || pid < 1 || pid > INT_MAX)
		die(STATUS_USAGE, "%s: is no process id; write a number, as in `peerless watch 42`",
			text);
	return (pid_t)pid;
}

/*
 * For a look /proc/PID must be readable.  For more, its descriptors must be ours for the taking:
 * nobody has this one, so the answer is EBADF where it is allowed.
 */
static bool is_allowed(const struct member *m, bool look)
{
	return look ? m->netns != 0 : pidfd_getfd(m->pidfd, INT_MAX, 0) >= 0 || errno != EPERM;
}

/* Who names a process wants it watched: that it cannot be is no line of a log. */
static void need_access(const struct member *m, bool look)
{
	struct place *place = NULL;
	char why[256];
	int rc;

	if (!is_allowed(m, look)) {
		grab_explain(m->pid, why, sizeof(why));
		die(STATUS_OURS, "%d: its connections cannot be reached: %s", (int)m->pid, why);
	}
	rc = place_add(&place, m);
	if (rc)
		die(STATUS_OURS, "%d: its network namespace cannot be entered: %s", (int)m->pid,
			strerror(-rc));
	place_free(&place);
}

static void add(struct family *f, const char *text, bool look)
{
	pid_t pid = parse_pid(text);
	int rc = family_add(f, pid);
	char why[256];

	if (!rc) {
		need_access(family_find(f, pid), look);
		return;
	}
	family_explain(pid, rc, why, sizeof(why));
	die(rc == -EPERM || rc == -EACCES ? STATUS_OURS : STATUS_USAGE, "%s: %s", text, why);
}

/* SIGINT and its like end or stop us in order, so that the terminal is as it was. */
static int take_signals(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	sigaddset(&set, SIGWINCH);
	sigaddset(&set, SIGTSTP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		die(STATUS_OURS, "signalfd: %s", strerror(errno));
	return fd;
}

/*
 * Where a standard descriptor is closed, what we open would have its number, and be written to: a
 * socket of the program, at worst.  This can only be read: output fails as it would have.
 */
static void fill_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	close(fd);
}

/* [program GLOB] sections are those of the first one named. */
static void configure(struct request *r, const struct family *f)
{
	const struct settings *s =
		flags_settings(&r->flags, r->start.program ? r->start.program : f->first->name);

	process_settings = *s;
	if (!r->start.program) /* `run` has said it */
		logtarget_warn(s);
}

/* After the view has begun: the log holds to what stderr is now. */
static void begin_log(void)
{
	const struct config *base = &process_settings.base;

	log_open(base->log, base->log_format, base->log_level, "peerless");
}

int cmd_watch(int argc, char **argv)
{
	struct request r = parse(argv);
	struct family f = {.descendants = !r.no_follow};
	struct sentinel_options o = {.look = r.look, .shown = watch_view_show};

	(void)argc;
	fill_standard();
	for (; *r.pids; r.pids++)
		add(&f, *r.pids, r.look);
	memcpy(f.mark, r.start.mark, sizeof(f.mark));
	configure(&r, &f);
	r.view.signals = o.signals = take_signals();
	o.context = watch_view_begin(&r.view);
	begin_log();
	o.by_run = r.start.program;
	if (r.start.program)
		sentinel_start_ready(&r.start, &f, process_settings.base.log.kind == TARGET_STDERR);
	sentinel_run(&f, &o);
	watch_view_end(o.context);
	family_free(&f);
	return 0;
}
