/* SPDX-License-Identifier: MIT */
/*
 * Which events are shown: the language of -e.  An event must pass every expression; within one,
 * commas mean "or" and ! negates.  filter_usage() has all of it.
 */
#ifndef PEERLESS_TOOLS_FILTER_H
#define PEERLESS_TOOLS_FILTER_H

#include <stdbool.h>

#include "event.h"

enum { FILTER_WHY_MAX = 256 };

struct filter;

/* One that accepts everything. */
struct filter *filter_new(void);
void filter_free(struct filter *f);

/*
 * One more -e.  0, or -1 with what is wrong and what would be right in `why`, to stand behind
 * "-e EXPR: "; the filter is as before then.
 */
int filter_add(struct filter *f, const char *expr, char why[FILTER_WHY_MAX]);

/* Is there none that could leave out an event? */
bool filter_is_open(const struct filter *f);
bool filter_accepts(const struct filter *f, const struct event *e);

/* The expressions, for help texts, on stdout. */
void filter_usage(void);

#endif
