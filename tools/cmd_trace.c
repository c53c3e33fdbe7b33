/* SPDX-License-Identifier: MIT */
/*
 * peerless trace: CMD runs as our child, with the library in it that records, and we print what
 * comes.  We stand in nobody's way: see supervise.h.  When CMD has ended we go on for as long as a
 * process of its tree is recorded.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "launch.h"
#include "live.h"
#include "runtime/recorder.h"
#include "tracefile.h"
#include "util.h"

void cmd_trace_help(void)
{
	puts("Usage: peerless trace [OPTIONS] [--option=value...] [--] CMD [ARG...]\n\n"
	     "Starts CMD with libpeerless.so preloaded and shows what it does on the network, on\n"
	     "stderr.  CMD's stdin, stdout, stderr, terminal, signals and exit status are its "
	     "own.\n"
	     "Its sockets are left as they are, unless options for them are given.\n");
	output_usage();
	puts("  -s BYTES       record and show as many bytes of the data of a call, at most 32K;\n"
	     "                 without, none, but for -F pcapng 32K; never sendfile's and "
	     "splice's\n"
	     "  -k FILE        keep the recording, for `peerless show`\n"
	     "  -f             children too, which is so anyway\n"
	     "  --no-follow    only what CMD's own process does");
	launch_usage();
	puts("\nExit status: CMD's own, also where a signal ended it; 2 bad option or config "
	     "file,\n"
	     "125 peerless failed or refused, 126 CMD cannot be executed, 127 CMD not found.");
}

struct request {
	struct launch launch;
	struct output_options output;
	const char *keep; /* -k, or NULL */
	bool no_follow;
};

static void take_long(struct request *r, const char *arg)
{
	static const char *const own[] = {"--require", "--no-follow", NULL};

	if (strncmp(arg, "--", 2) != 0)
		die(STATUS_USAGE, "%s: no such option; `peerless help trace` lists them", arg);
	if (!strcmp(arg, "--no-follow"))
		r->no_follow = true;
	else if (!strncmp(arg, "--trace=", 8))
		die(STATUS_USAGE, "%s: trace makes the recording itself; -k FILE keeps it", arg);
	else
		launch_take(&r->launch, arg, own);
}

/* What is shown must have been recorded. */
static void ask_for_payload(struct request *r)
{
	static char flag[64];
	long bytes = r->output.payload;

	if (bytes < 0 && r->output.format == &printer_pcapng)
		bytes = RECORD_PAYLOAD_MAX;
	if (bytes < 0)
		return;
	snprintf(flag, sizeof(flag), "--trace-payload=%ld", bytes);
	launch_take(&r->launch, flag, NULL);
}

static struct request parse(int argc, char **argv)
{
	struct request r = {.output = output_options("trace")};
	int letter;

	opterr = 0;
	/* "-" with a value: --option=value, which getopt(3) knows nothing of */
	while ((letter = getopt(argc, argv, "+:fk:-:" OUTPUT_LETTERS)) != -1) {
		if (letter == '-')
			take_long(&r, argv[optind - 1]);
		else if (letter == 'k')
			r.keep = optarg;
		else if (letter != 'f')
			output_option(&r.output, letter, optarg);
	}
	if (optind == argc)
		die(STATUS_USAGE, "no command to run: peerless trace [OPTIONS] -- CMD");
	r.launch.cmd = argv + optind;
	ask_for_payload(&r);
	return r;
}

/* For `peerless show`, which was not there to see it. */
static void tell_exit(int recording, const struct supervise *s, const char *program)
{
	struct story story = {.pid = (uint32_t)s->pid, .tid = (uint32_t)s->pid, .fd = -1};

	story.program.value = (uint32_t)s->status;
	strncpy(story.program.text, program, sizeof(story.program.text) - 1);
	if (!recorder_map(recording, program, NULL))
		recorder_tell(&story, STORY_EXIT);
}

/* Nothing is recorded any more of whoever lives on. */
static void pause_recording(int recording)
{
	const uint32_t paused = 1;

	if (pwrite(recording, &paused, sizeof(paused), offsetof(struct record_header, control)) < 0)
		say("%s: cannot be paused", tracefile_name());
}

static void watch(struct live *l, const struct request *r, int recording)
{
	live_until_end(l);
	tell_exit(recording, &l->supervise, r->launch.program.name);
	if (!r->no_follow)
		live_until_alone(l, true);
	if (mapped_by(&l->mapped))
		pause_recording(recording);
	live_finish(l);
}

/*
 * Nothing that changes what CMD does, unless any such option was given: who looks on wants to see
 * it as it is.  The recording has the verdicts, so they are not logged too; but who cannot join it,
 * another user's program, says so.
 */
static void only_watch(const struct settings *s)
{
	static const enum opt_id changes[] = {
		OPT_KEEPALIVE, OPT_USER_TIMEOUT, OPT_RTO_MAX, OPT_CONNECT_TIMEOUT, OPT_SIGPIPE};
	uint64_t given = s->base.given & (UINT64_C(1) << OPT_SIGPIPE);
	char name[64];

	for (int id = 0; id < OPT_COUNT; id++)
		if (config_option((enum opt_id)id)->scope == SCOPE_CONN)
			given |= s->base.given & (UINT64_C(1) << id);
	if (!config_given(&s->base, OPT_LOG))
		setenv("PEERLESS_LOG_LEVEL", "config", 1);
	for (size_t i = 0; !given && !s->rule_count && i < ARRAY_SIZE(changes); i++) {
		snprintf(name, sizeof(name), "PEERLESS_%s", config_option(changes[i])->name);
		setenv(name, "off", 1);
	}
}

/* It runs all the same, as does what cannot be covered. */
static void warn_of_nothing(const struct launch *l)
{
	const struct config *c = &l->settings->base;
	const char *name = l->program.name;
	bool except = value_glob_match(c->except, name);

	if (c->disable)
		say("warning: DISABLE=1: nothing is recorded, so there is nothing to show");
	else if (!config_active(c, name))
		say("warning: %s=%s: nothing is recorded of %s, so there is nothing of it to show",
			except ? "EXCEPT" : "ONLY", except ? c->except : c->only, name);
}

int cmd_trace(int argc, char **argv)
{
	struct request r = parse(argc, argv);
	char why[READER_WHY_MAX];
	struct live l;
	int recording, err;

	supervise_stdio();
	launch_check(&r.launch);
	warn_of_nothing(&r.launch);
	recording = tracefile_new(r.keep, r.launch.settings);
	l.output = output_open(&r.output, STDERR_FILENO, recording);
	l.reader = reader_open(recording, tracefile_name(), true, why);
	if (!l.reader)
		die(STATUS_OURS, "%s", why);
	mapped_init(&l.mapped, recording);
	output_begin(l.output, l.reader, r.keep ? r.keep : "the recording");
	launch_export(&r.launch);
	only_watch(r.launch.settings);
	tracefile_export();
	err = supervise_start(&l.supervise, &r.launch.program, r.launch.cmd);
	if (err)
		launch_failed(&r.launch, err);
	if (r.no_follow)
		output_only(l.output, l.supervise.pid);
	if (r.keep)
		tracefile_keep();
	watch(&l, &r, recording);
	output_close(l.output, l.reader);
	reader_close(l.reader);
	tracefile_remove();
	flags_free(&r.launch.flags);
	return supervise_end(&l.supervise);
}
