/* SPDX-License-Identifier: MIT */
/* Where libpeerless.so is, whether LD_PRELOAD can name it, and LD_PRELOAD with it in. */
#ifndef PEERLESS_TOOLS_LIBRARY_H
#define PEERLESS_TOOLS_LIBRARY_H

#include <limits.h>
#include <stddef.h>

#define LIBRARY_NAME    "libpeerless.so"
#define LIBRARY_WHY_MAX (3 * PATH_MAX + 256)

/*
 * The absolute path in path[PATH_MAX]: beside this executable, else where `make install` put it.
 * 0, or -1 with the reason in why[LIBRARY_WHY_MAX]: nowhere (the places are named), a path that
 * LD_PRELOAD cannot carry, or a file that this machine's loader would not take.
 */
int library_find(char path[PATH_MAX], char why[LIBRARY_WHY_MAX]);

/*
 * preload, which may be NULL, with our library as its last entry and no other copy of it.
 * Others keep their order: a sanitizer's run-time library must come first.  To be freed.
 */
char *library_append(const char *preload, const char *path);

#endif
