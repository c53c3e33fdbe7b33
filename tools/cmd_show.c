/* SPDX-License-Identifier: MIT */
/* peerless show: a recording, finished or still being written, in one of the formats. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "fields.h"
#include "live.h"
#include "nearest.h"
#include "util.h"

void cmd_show_help(void)
{
	puts("Usage: peerless show [OPTIONS] [--] FILE\n"
	     "       peerless show --fields\n\n"
	     "Shows a recording that `peerless trace -k FILE` or TRACE=FILE has made.\n");
	output_usage();
	puts("  -s BYTES       text: show as many bytes of the data (32), if they were recorded\n"
	     "  --follow       go on while a process that you may look at is being recorded\n"
	     "  --fields       what a line of -F json has in it, as a table\n\n"
	     "Exit status: 0 shown; 2 bad option, or FILE cannot be shown; 125 cannot be written.");
}

struct request {
	struct output_options output;
	const char *file;
	bool follow, fields;
};

static void take_long(struct request *r, const char *arg)
{
	static const char *const own[] = {"--follow", "--fields", NULL};
	const char *like = nearest(arg, own);

	if (!strcmp(arg, "--follow"))
		r->follow = true;
	else if (!strcmp(arg, "--fields"))
		r->fields = true;
	else
		die(STATUS_USAGE, "%s: no such option%s%s; `peerless help show` lists them", arg,
			like ? "; the nearest is " : "", like ? like : "");
}

static struct request parse(int argc, char **argv)
{
	struct request r = {.output = output_options("show")};
	int letter;

	opterr = 0;
	while ((letter = getopt(argc, argv, ":-:" OUTPUT_LETTERS)) != -1) {
		if (letter == '-')
			take_long(&r, argv[optind - 1]);
		else
			output_option(&r.output, letter, optarg);
	}
	r.file = argv[optind];
	if (!r.file && !r.fields)
		die(STATUS_USAGE, "no recording to show: peerless show [OPTIONS] FILE");
	if (r.file && argv[optind + 1])
		die(STATUS_USAGE, "%s: show takes one FILE", argv[optind + 1]);
	return r;
}

static bool show(struct request *r, int fd)
{
	char why[READER_WHY_MAX];
	struct live l;
	bool shown;

	l.reader = reader_open(fd, r->file, r->follow, why);
	if (!l.reader)
		die(STATUS_USAGE, "%s", why);
	l.output = output_open(&r->output, STDOUT_FILENO, fd);
	output_begin(l.output, l.reader, r->file);
	if (r->follow) {
		mapped_init(&l.mapped, fd);
		supervise_nothing(&l.supervise);
		live_until_alone(&l, false);
		live_finish(&l);
	} else {
		while (output_drain(l.output, l.reader))
			;
	}
	shown = output_close(l.output, l.reader);
	reader_close(l.reader);
	return shown;
}

int cmd_show(int argc, char **argv)
{
	struct request r = parse(argc, argv);
	int fd;

	if (r.fields) {
		fields_markdown(stdout);
		return 0;
	}
	supervise_stdio();
	fd = open(r.file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		die(STATUS_USAGE, "%s: %s", r.file, strerror(errno));
	return show(&r, fd) ? 0 : STATUS_OURS;
}
