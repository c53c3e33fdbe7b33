/* SPDX-License-Identifier: MIT */
/*
 * Functions that write a member's value, one for each, put_NAME: those that are one expression.
 * Who includes this has defined VALUE(name), the head of such a function, with a struct line *l.
 * A member that does not apply writes nothing.
 */
#ifndef PEERLESS_TOOLS_JSON_VALUE_H
#define PEERLESS_TOOLS_JSON_VALUE_H

#define NUMBER(name, applies, number)         \
	VALUE(name)                           \
	{                                     \
		if (applies)                  \
			line_uint(l, number); \
	}

#define SIGNED(name, applies, number)        \
	VALUE(name)                          \
	{                                    \
		if (applies)                 \
			line_int(l, number); \
	}

/* As it is, or nothing where it is NULL. */
#define TEXT_BARE(name, text)               \
	VALUE(name)                         \
	{                                   \
		const char *value = (text); \
                                            \
		if (value)                  \
			line_str(l, value); \
	}

#define BOOLEAN(name, truth)                             \
	VALUE(name)                                      \
	{                                                \
		line_str(l, (truth) ? "true" : "false"); \
	}

#define TEXT(name, text)                       \
	VALUE(name)                            \
	{                                      \
		const char *value = (text);    \
                                               \
		if (value)                     \
			line_quoted(l, value); \
	}

/* What names there are for numbers needs no escape. */
#define NAMED(name, applies, put)          \
	VALUE(name)                        \
	{                                  \
		if (applies) {             \
			line_char(l, '"'); \
			put;               \
			line_char(l, '"'); \
		}                          \
	}

#endif
