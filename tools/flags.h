/* SPDX-License-Identifier: MIT */
/*
 * The options given on our own command line, and the settings that come of all sources.  Every
 * row of config.def is a --flag here, and there are two more: --config=FILE and --rules=TEXT.
 */
#ifndef PEERLESS_TOOLS_FLAGS_H
#define PEERLESS_TOOLS_FLAGS_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/settings.h"

#define FLAGS_NAME_MAX 64

struct flags {
	const char **option; /* "detect-within=5s", NULL-terminated, as settings_load() wants it */
	size_t count;
	bool config,
		rules; /* were given; they are in our environment, where settings_load() looks */
};

/*
 * Takes one argument that begins with "--".  What is no option or has no value ends the program
 * with STATUS_USAGE; `own` are the caller's other flags, for "did you mean".
 */
void flags_take(struct flags *f, const char *arg, const char *const *own);
void flags_free(struct flags *f);

/*
 * Settings for a program of this name, from all sources.  Each complaint becomes a line on
 * stderr, and any ends the program with STATUS_USAGE.  The result is static.
 */
const struct settings *flags_settings(const struct flags *f, const char *program);

/*
 * Puts PEERLESS_x=value for each into our environment, for the library inside CMD, and makes the
 * config file's path absolute.
 */
void flags_export(const struct flags *f);

/* "--detect-within" of "DETECT_WITHIN", in out. */
const char *flags_name(char out[FLAGS_NAME_MAX], const char *option);
/* Prints the lines of a usage text that list the flags. */
void flags_usage(void);

#endif
