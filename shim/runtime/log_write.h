/* SPDX-License-Identifier: MIT */
/*
 * Delivery of finished log lines: to stderr or a file, in one write that cannot wait and cannot
 * raise a signal.  AS-safe; errno is untouched; no descriptor stays open.
 */
#ifndef PEERLESS_RUNTIME_LOG_WRITE_H
#define PEERLESS_RUNTIME_LOG_WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/value.h"

/* Before main.  Remembers which file descriptor 2 is. */
void log_write_open(struct target target);

/*
 * Writes a line of len bytes; true if all of it went out.  Its first and last bytes are newlines:
 * the first is sent only where the line before was cut short by a full disk.
 */
bool log_write(const char *line, size_t len);

#endif
