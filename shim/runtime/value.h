/* SPDX-License-Identifier: MIT */
/*
 * The types an option can have: C representation, parser, printer and legal form of each.
 * Strict: the whole text must fit, units are required where a quantity has one, nothing is
 * rounded or clamped.  No allocation and no stdio; AS-safe.
 */
#ifndef PEERLESS_RUNTIME_VALUE_H
#define PEERLESS_RUNTIME_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/line.h"
#include "runtime/value_types.h"

/* C type of each config.def type: VALUE(type, C type). */
#define VALUE_TYPES(VALUE)                                                                     \
	VALUE(seconds, int32_t)            /* ms, whole seconds, unit required */              \
	VALUE(timeout, int32_t)            /* ms, TIMEOUT_DERIVED or TIMEOUT_OFF */            \
	VALUE(deadline, int32_t)           /* ms or TIMEOUT_OFF */                             \
	VALUE(keepalive, struct keepalive) /* idle/interval/count */                           \
	VALUE(heartbeat, struct heartbeat) /* off or IDLE:BYTES */                             \
	VALUE(sockopts, struct sockopts)   /* NAME=value,... */                                \
	VALUE(override, enum override)     /* app|force */                                     \
	VALUE(sigpipe, enum sigpipe_mode)  /* auto|safe|off */                                 \
	VALUE(action, struct action)       /* log|error|shutdown|exit[:N]|abort|signal:NAME */ \
	VALUE(also, enum also)             /* none|closed */                                   \
	VALUE(target, struct target)       /* stderr|file:PATH|off */                          \
	VALUE(level, enum level)           /* config|death|conn */                             \
	VALUE(format, enum format)         /* text|json */                                     \
	VALUE(globs, const char *)         /* GLOB[,GLOB...]; "" for none */                   \
	VALUE(children, enum children)     /* inherit|strip|force */                           \
	VALUE(seccomp, enum seccomp)       /* auto|strict|ignore */                            \
	VALUE(recording, const char *)     /* off, here "", or a path */                       \
	VALUE(size, uint64_t)              /* bytes; K, M and G allowed */                     \
	VALUE(full, enum full)             /* overwrite|stop */                                \
	VALUE(boolean, bool)               /* 0|1 */

#define VALUE(type, ctype) typedef ctype value_##type;
VALUE_TYPES(VALUE)
#undef VALUE

struct value_bounds {
	int64_t min, max;
};

/*
 * value_parse_TYPE: text to *out.  0, or -1 with the reason and the legal form in *why, such as
 * "has no unit: write 90s, 2m or 500ms".  Strings in *out point into `text`, which must live on.
 * value_print_TYPE: the inverse; what it writes parses back to an equal value.
 */
#define VALUE(type, ctype)                                                                      \
	int value_parse_##type(value_##type *out, const char *text, struct value_bounds bounds, \
		struct line *why);                                                              \
	void value_print_##type(struct line *l, const value_##type *value);                     \
	extern const char value_form_##type[]; /* legal form in a few words, for usage texts */
VALUE_TYPES(VALUE)
#undef VALUE

/* Does name match one of the comma-separated globs (fnmatch(3) without brackets: * and ?)? */
bool value_glob_match(const char *globs, const char *name);

#endif
