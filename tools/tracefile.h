/* SPDX-License-Identifier: MIT */
/*
 * The recording of a program that is about to start: made, found out about, and, where nobody asked
 * to keep it, removed in the end.
 */
#ifndef PEERLESS_TOOLS_TRACEFILE_H
#define PEERLESS_TOOLS_TRACEFILE_H

#include "runtime/settings.h"

/*
 * TRACE is a file: it is made now, or found to be one to go on in; else nothing starts: the
 * program ends with STATUS_OURS, or with STATUS_USAGE where it keeps other bounds than flags ask
 * for.  Of a name with %p or %c only the folder is looked at.
 */
void tracefile_demand(const struct settings *s);
/* The same looks, but nothing is made, and what is wrong is a warning. */
void tracefile_warn(const struct settings *s);

/*
 * A new recording, open for reading and writing: the file `keep`, or with NULL one in a folder of
 * its own below TMPDIR.  It goes when we exit, but for `keep` once tracefile_keep() was called.
 * What fails ends the program.
 */
int tracefile_new(const char *keep, const struct settings *s);
void tracefile_keep(void);
void tracefile_remove(void);

/* Its name, from / on, and PEERLESS_TRACE made that. */
const char *tracefile_name(void);
void tracefile_export(void);

#endif
