/* SPDX-License-Identifier: MIT */
/* The members of a JSON line, fields.def, as a table: what the printer and README go by. */
#ifndef PEERLESS_TOOLS_FIELDS_H
#define PEERLESS_TOOLS_FIELDS_H

#include <stdio.h>

/* The table in README.md. */
void fields_markdown(FILE *out);

#endif
