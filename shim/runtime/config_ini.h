/* SPDX-License-Identifier: MIT */
/*
 * Text to sections and entries, in the two ways that rules are written: a file's lines, and
 * PEERLESS_RULES in one line.  Knows nothing of what they mean.  AS-safe.
 */
#ifndef PEERLESS_RUNTIME_CONFIG_INI_H
#define PEERLESS_RUNTIME_CONFIG_INI_H

#include "runtime/span.h"

enum ini_kind {
	INI_SECTION,     /* text: what stands in the brackets */
	INI_ENTRY,       /* key = value */
	INI_BAD_SECTION, /* text: has a [ without its ], or a ] without its [ */
	INI_BAD_ENTRY,   /* text: has no = */
};

struct ini_item {
	enum ini_kind kind;
	struct span text, key, value; /* trimmed */
	unsigned line;                /* 1... in a file, 0 in one line */
};

struct ini {
	struct span rest;
	unsigned line; /* lines taken so far */
};

/* The next item, or false at the end.  An ini starts as {text, 0}. */
bool config_ini_next_in_file(struct ini *in, struct ini_item *item);
bool config_ini_next_in_line(struct ini *in, struct ini_item *item);

#endif
