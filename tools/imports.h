/* SPDX-License-Identifier: MIT */
/* Which functions of libc that a program imports does the library replace, and which not? */
#ifndef PEERLESS_TOOLS_IMPORTS_H
#define PEERLESS_TOOLS_IMPORTS_H

#include <stdbool.h>

/* In calls.def, as a call or as another name of one? */
bool imports_is_covered(const char *name);
/* What escapes us where a program calls this one; NULL where it is covered or no concern of ours.
 */
const char *imports_gap(const char *name);

#endif
