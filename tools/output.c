/* SPDX-License-Identifier: MIT */
/* See output.h. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "nearest.h"
#include "runtime/value.h"
#include "util.h"

enum {
	DRAIN_MAX = 4096,     /* events at a time: a signal may wait as long as they take */
	BUFFER_BYTES = 262144 /* a line with as much payload as there can be fits in */
};
#define TEXT_PAYLOAD 32 /* of strace(1) */

static const struct printer_format *const formats[] = {
	&printer_text, &printer_json, &printer_pcapng, &printer_summary, &printer_chrome};

struct output_options output_options(const char *command)
{
	return (struct output_options){.command = command, .payload = -1, .filter = filter_new()};
}

static void set_format(struct output_options *o, const struct printer_format *format)
{
	if (o->format && o->format != format)
		die(STATUS_USAGE, "%s and %s: one format at a time (-F, -c)", o->format->name,
			format->name);
	o->format = format;
}

static const struct printer_format *find_format(const char *name)
{
	const char *names[ARRAY_SIZE(formats) + 1] = {NULL};
	const char *like;

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		names[i] = formats[i]->name;
		if (!strcmp(name, names[i]))
			return formats[i];
	}
	like = nearest(name, names);
	die(STATUS_USAGE,
		"-F %s: no such format%s%s; there are text, json, pcapng, summary and chrome", name,
		like ? "; the nearest is " : "", like ? like : "");
}

static long payload_bytes(const char *text)
{
	char reason[128];
	struct line why = line_over(reason, sizeof(reason));
	value_size bytes;

	if (value_parse_size(&bytes, text, (struct value_bounds){0, RECORD_PAYLOAD_MAX}, &why))
		die(STATUS_USAGE, "-s %s: %s", text, reason);
	return (long)bytes;
}

static void add_filter(struct output_options *o, const char *expr)
{
	char why[FILTER_WHY_MAX];

	if (filter_add(o->filter, expr, why))
		die(STATUS_USAGE, "-e %s: %s", expr, why);
}

static _Noreturn void refuse(const struct output_options *o, int letter)
{
	if (letter == ':')
		die(STATUS_USAGE, "-%c: has no value; `peerless help %s` tells which", optopt,
			o->command);
	die(STATUS_USAGE, "-%c: no such option; `peerless help %s` lists them", optopt, o->command);
}

void output_option(struct output_options *o, int letter, const char *value)
{
	switch (letter) {
	case 'o': o->path = value; break;
	case 'F': set_format(o, find_format(value)); break;
	case 'c': set_format(o, &printer_summary); break;
	case 's': o->payload = payload_bytes(value); break;
	case 'e': add_filter(o, value); break;
	case 't': o->ticks++; break;
	case 'r': o->relative = true; break;
	default: refuse(o, letter);
	}
	if (o->ticks > 3 || (o->ticks && o->relative))
		die(STATUS_USAGE, "-t, -tt, -ttt and -r: one of them");
}

void output_usage(void)
{
	puts("  -o FILE        write there\n"
	     "  -F FORMAT      of the output:");
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		printf("                   %-8s %s\n", formats[i]->name, formats[i]->meaning);
	puts("  -c             the same as -F summary\n"
	     "  -t, -tt, -ttt  text: time of day, with microseconds, or seconds since 1970\n"
	     "  -r             text: time since the line before\n"
	     "  -e EXPR        only events that pass; may be given several times:");
	filter_usage();
}

struct output {
	FILE *file;
	const char *name; /* for messages */
	const struct printer_format *format;
	struct printer *printer;
	struct printer_options options;
	struct filter *filter;
	pid_t only;
	uint64_t cut; /* calls shown whose data was not all recorded */
	int error;    /* errno of the first write that failed */
	char buffer[BUFFER_BYTES];
};

/* Not truncated before it is known to be another file than the one to be read. */
static int open_path(const char *path, int recording)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
	struct stat to, from;

	if (fd < 0 || fstat(fd, &to) || fstat(recording, &from))
		die(STATUS_OURS, "-o %s: %s", path, strerror(errno));
	if (to.st_dev == from.st_dev && to.st_ino == from.st_ino)
		die(STATUS_USAGE, "-o %s: is the recording itself; name another file", path);
	if (S_ISREG(to.st_mode) && ftruncate(fd, 0))
		die(STATUS_OURS, "-o %s: %s", path, strerror(errno));
	return fd;
}

/* A program may well live without a stderr; `peerless show` does not without stdout. */
static int open_standard(const char *name, int fd)
{
	if ((fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY)
		return fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (fd == STDERR_FILENO)
		return open("/dev/null", O_WRONLY | O_CLOEXEC);
	die(STATUS_OURS, "%s: is not open for writing", name);
}

struct output *output_open(const struct output_options *options, int fd, int recording)
{
	struct output *o = die_if_null(calloc(1, sizeof(*o)));
	bool shared = !options->path && fd == STDERR_FILENO; /* with the program */

	o->format = options->format ? options->format : &printer_text;
	o->name = options->path ? options->path : fd == STDOUT_FILENO ? "stdout" : "stderr";
	o->filter = options->filter;
	o->options.time = options->relative     ? TIME_RELATIVE
			  : options->ticks == 1 ? TIME_OF_DAY
			  : options->ticks == 3 ? TIME_SECONDS
						: TIME_MICROS;
	o->options.payload = options->payload < 0 ? TEXT_PAYLOAD : (unsigned)options->payload;
	if (!options->path && o->format == &printer_pcapng && isatty(fd))
		die(STATUS_USAGE, "-F pcapng: is not for a terminal; -o FILE names a file");
	fd = options->path ? open_path(options->path, recording) : open_standard(o->name, fd);
	if (fd < 0)
		die(STATUS_OURS, "%s: %s", o->name, strerror(errno));
	o->file = die_if_null(fdopen(fd, "w"));
	setvbuf(o->file, o->buffer, shared ? _IOLBF : _IOFBF, sizeof(o->buffer));
	return o;
}

void output_begin(struct output *o, const struct reader *r, const char *name)
{
	o->options.header = reader_header(r);
	o->options.name = name;
	o->options.filtered = !filter_is_open(o->filter);
	if (o->format->needs_payload && !o->options.header->payload)
		say("warning: -F %s: %s has no payload, which it takes; record with -s BYTES",
			o->format->name, name);
	o->printer = o->format->open(o->file, &o->options);
}

void output_only(struct output *o, pid_t pid)
{
	o->only = pid;
}

/* Errors stay with us: a stream forgets which it was. */
static bool writes(struct output *o, bool failed)
{
	if (failed && !o->error)
		o->error = errno ? errno : EIO;
	return !o->error;
}

/* The rest of a story that the printer has begun to tell: without its end it would be kept for
 * good. */
static bool followed(const struct output *o, const struct event *e)
{
	if (!o->format->follows || !e->conn || !e->conn->user)
		return false;
	return e->kind == EVENT_OPEN || e->kind == EVENT_VERDICT || e->kind == EVENT_CLOSE;
}

static void offer(struct output *o, const struct event *e)
{
	bool story = e->kind == EVENT_OPEN || e->kind == EVENT_PROCESS, passes;

	if (o->only && e->pid != (uint32_t)o->only && e->kind != EVENT_LOST)
		return;
	passes = filter_accepts(o->filter, e);
	if (!passes && story && o->format->hidden) {
		o->format->hidden(o->printer, e);
	} else if (passes || followed(o, e)) {
		o->cut += e->kind == EVENT_CALL && e->conn && e->bytes > (int64_t)e->payload_bytes;
		o->format->event(o->printer, e);
	}
}

bool output_drain(struct output *o, struct reader *r)
{
	const struct event *e = NULL;

	if (o->error)
		return false;
	for (int i = 0; i < DRAIN_MAX && (e = reader_next(r)); i++) {
		errno = 0;
		offer(o, e);
		if (!writes(o, ferror(o->file)))
			return false;
	}
	errno = 0;
	return writes(o, fflush(o->file) != 0) && e;
}

/* Where nothing was to be recorded, that was said in the beginning. */
static void tell_of_cut(const struct output *o)
{
	uint32_t most = o->options.header->payload;

	if (o->format->needs_payload && most && o->cut)
		say("warning: -F %s: %llu call%s in %s moved more than was recorded: %u bytes "
		    "are kept of a call (-s), none of sendfile and splice",
			o->format->name, (unsigned long long)o->cut, o->cut == 1 ? "" : "s",
			o->options.name, most);
}

bool output_close(struct output *o, const struct reader *r)
{
	const char *missing = reader_missing(r);
	bool done;

	errno = 0;
	o->format->close(o->printer, missing);
	writes(o, ferror(o->file));
	writes(o, fclose(o->file) != 0);
	if (*missing)
		say("%s: %s", o->options.name, missing);
	tell_of_cut(o);
	done = !o->error;
	if (!done && o->error != EPIPE)
		say("%s: %s: what is shown is not complete", o->name, strerror(o->error));
	filter_free(o->filter);
	free(o);
	return done;
}
