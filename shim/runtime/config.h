/* SPDX-License-Identifier: MIT */
/*
 * Options and their sources.  Read once, before main; const afterwards.  Later sources win:
 * built-in default, config file ([default], then the first matching [program GLOB]), environment,
 * flag.  A [peer] or [listen] section is more specific than any of them and wins for its
 * connections (runtime/rules.h).  In the environment, PEERLESS_CONFIG names the file (empty: none
 * is read), PEERLESS_RULES holds rules and PEERLESS_SENTINEL only marks a process for tools/family;
 * any other PEERLESS_ variable that is no option is a mistake.  Lines of a file above its first
 * section belong to [default].  No allocation, no stdio; every function is AS-safe.
 */
#ifndef PEERLESS_RUNTIME_CONFIG_H
#define PEERLESS_RUNTIME_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/value.h"

enum config_scope { SCOPE_CONN, SCOPE_PROCESS };

enum opt_id {
#define OPT(field, NAME, type, def, min, max, scope, meaning) OPT_##NAME,
#include "config.def"
#undef OPT
	OPT_COUNT
};

struct config {
#define OPT(field, NAME, type, def, min, max, scope, meaning) value_##type field;
#include "config.def"
#undef OPT
	uint64_t given; /* bit OPT_x: some source gave it, it is not the built-in default */
};

static inline bool config_given(const struct config *c, enum opt_id id)
{
	return c->given >> id & 1;
}

enum config_source { SOURCE_DEFAULT, SOURCE_FILE, SOURCE_ENVIRONMENT, SOURCE_FLAG };

struct config_origin {
	enum config_source source;
	unsigned line; /* SOURCE_FILE: line number; else 0 */
};

/* What config_option() knows of one option. */
struct config_option {
	const char *name;     /* DETECT_WITHIN */
	const char *fallback; /* its default as text */
	const char *form;     /* legal form */
	const char *meaning;
	enum config_scope scope;
};

/* ONLY, EXCEPT and DISABLE: is the library to act in this program? */
bool config_active(const struct config *c, const char *program);

const struct config_option *config_option(enum opt_id id);
/* "DETECT_WITHIN", "detect-within" or "detect_within" to an id, or -1. */
int config_find(const char *name, size_t len);
/* The value in force, as a user would write it. */
void config_print(struct line *l, const struct config *c, enum opt_id id);

#endif
