/* SPDX-License-Identifier: MIT */
/*
 * From events to text or bytes: the options that `peerless trace` and `peerless show` share, and
 * what they stand for: which events, in which format, where to.  Bad options end the program.
 */
#ifndef PEERLESS_TOOLS_OUTPUT_H
#define PEERLESS_TOOLS_OUTPUT_H

#include <stdbool.h>
#include <sys/types.h>

#include "filter.h"
#include "printer.h"
#include "reader.h"

/* As getopt(3) wants them. */
#define OUTPUT_LETTERS "o:F:cs:e:tr"

struct output_options {
	const char *command;                 /* "trace", for messages */
	const char *path;                    /* -o; NULL: not given */
	const struct printer_format *format; /* -F, -c; NULL: not given, text */
	long payload;                        /* -s; -1: not given */
	unsigned ticks;                      /* how many t */
	bool relative;
	struct filter *filter;
};

struct output_options output_options(const char *command);
/* One of OUTPUT_LETTERS; any other, '?' and ':' too, is a mistake of the user's. */
void output_option(struct output_options *o, int letter, const char *value);
void output_usage(void);

struct output;

/*
 * To the file of -o or, without, to fd; stderr gets a line a write(2), as it is the program's too.
 * A recording is not written over.
 * Ends the program where that cannot be written.  recording: its descriptor.
 */
struct output *output_open(const struct output_options *options, int fd, int recording);
/* name: of the recording, for messages. */
void output_begin(struct output *o, const struct reader *r, const char *name);
/* Only what this process did; 0: everybody. */
void output_only(struct output *o, pid_t pid);

/* Hands on what there is, but not for long: true: there is more, and it can be written. */
bool output_drain(struct output *o, struct reader *r);

/*
 * The end; says what is missing in the recording.  False: it could not all be written, and that
 * was said, but where the other end of a pipe just went away.
 */
bool output_close(struct output *o, const struct reader *r);

#endif
