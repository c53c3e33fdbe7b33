/* SPDX-License-Identifier: MIT */
/* Text in columns: a label or what stands before it, then words that wrap within 100 columns. */
#ifndef PEERLESS_TOOLS_WRAP_H
#define PEERLESS_TOOLS_WRAP_H

#define WRAP_COLUMNS 100

/*
 * Prints text from column `indent` on, wrapped at blanks, and ends the line.  The cursor is
 * taken to stand there already.
 */
void wrap_text(unsigned indent, const char *text);
/* "label       text..." with the text wrapped at column 12. */
void wrap_field(const char *label, const char *text);

#endif
