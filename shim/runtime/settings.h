/* SPDX-License-Identifier: MIT */
/*
 * All sources of options, read once and merged: general options and rules.  No allocation, no
 * stdio; AS-safe, though meant for a constructor.
 */
#ifndef PEERLESS_RUNTIME_SETTINGS_H
#define PEERLESS_RUNTIME_SETTINGS_H

#include "runtime/rules.h"

#define CONFIG_DEFAULT_PATH   "/etc/peerless.conf"
#define CONFIG_FILE_MAX_BYTES 65536
#define CONFIG_TEXT_MAX_BYTES 32768
#define CONFIG_COMPLAINT_MAX  512

struct settings {
	struct config base;                     /* what no rule changes */
	struct config_origin origin[OPT_COUNT]; /* of base */
	char path[256];                         /* config file that was read, or "" */
	unsigned rule_count;
	struct rule rule[RULES_MAX];
	size_t text_used;
	char text[CONFIG_TEXT_MAX_BYTES]; /* what strings in configs point to */
};

/* One message: names the value, its source and the legal form; no trailing newline. */
typedef void config_complain_fn(void *context, const char *message);

struct config_input {
	char *const *environment;  /* KEY=VALUE strings, NULL-terminated; may be NULL */
	const char *const *flags;  /* "detect-within=5s" strings, NULL-terminated; may be NULL */
	const char *program;       /* name that [program GLOB], ONLY and EXCEPT are matched with */
	const char *fallback_path; /* read when PEERLESS_CONFIG is not set; may be missing */
	config_complain_fn *complain;
	void *context;
};

/*
 * Fills *s from all sources; what is bad is told through complain and keeps its earlier value.
 * Returns the number of complaints.  *s is large: keep it static.  Texts are copied into *s.
 */
unsigned settings_load(struct settings *s, const struct config_input *input);

#endif
