/* SPDX-License-Identifier: MIT */
/* "Did you mean ...?" */
#ifndef PEERLESS_TOOLS_NEAREST_H
#define PEERLESS_TOOLS_NEAREST_H

/* The name most like word, by edits; NULL where none is near.  names ends with NULL. */
const char *nearest(const char *word, const char *const *names);

#endif
