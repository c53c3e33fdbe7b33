/* SPDX-License-Identifier: MIT */
/*
 * The file of a recording: where it lies, that it is ours, and that there is room.  Not on any
 * call's way.  AS-safe; raw system calls only.
 */
#ifndef PEERLESS_RUNTIME_RECORDING_H
#define PEERLESS_RUNTIME_RECORDING_H

#include <stdbool.h>
#include <stddef.h>

#include "record.h"
#include "runtime/config.h"

enum { RECORDING_PATH_MAX = 4096, RECORDING_WHY_MAX = 256 };

/* What a file with this header has. */
uint64_t recording_bytes(const struct record_header *h);

/* TRACE with %p, %c and %% filled in.  False: it does not fit. */
bool recording_path(char out[RECORDING_PATH_MAX], const char *trace, int pid, const char *program);
/* Does the name differ from process to process? */
bool recording_is_each(const char *trace);

/*
 * Opens the recording of this name, making it first where there is none and `make` says so: mode
 * 0600, never through a link, complete with all its space before it gets its name, so that two
 * processes that begin at once agree.  One that exists is gone on with if it is a recording of this
 * version, a regular file, ours (or root's doing) and writable by nobody else; its size
 * and bounds stay.
 * With `make` false only system calls that ld.so makes too.
 * A descriptor (close-on-exec) to be closed by the caller, or -1 with the reason in why.
 */
int recording_open(
	const char *path, const struct config *c, bool make, char why[RECORDING_WHY_MAX]);

#endif
