/* SPDX-License-Identifier: MIT */
/* Bytes that nobody vouches for, on their way to a terminal. */
#ifndef PEERLESS_TOOLS_ESCAPE_H
#define PEERLESS_TOOLS_ESCAPE_H

#include "runtime/line.h"

/*
 * As a C string has them, and strace: ASCII as it is, all else by \n and its like or in octal.
 * What comes out has no control byte and no byte above 0x7e.  No quotes around.
 */
void escape_bytes(struct line *l, const void *bytes, size_t len);
void escape_text(struct line *l, const char *text);
/* The same, in double quotes. */
void escape_quoted(struct line *l, const void *bytes, size_t len);

/* RFC 4648, with padding. */
void escape_base64(struct line *l, const void *bytes, size_t len);

#endif
