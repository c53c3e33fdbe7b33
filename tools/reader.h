/* SPDX-License-Identifier: MIT */
/*
 * A recording (shim/record.h) as a stream of events, in the order in which they ended, across
 * threads and processes.  Nothing is printed here, and no byte of the file is trusted: whatever it
 * holds, every event handed out is whole and in range.  The file is read by pread(2), so that one
 * that is cut off meanwhile costs no signal, and memory grows with the threads and connections
 * that live at one time, not with the file.
 */
#ifndef PEERLESS_TOOLS_READER_H
#define PEERLESS_TOOLS_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"
#include "record.h"

struct reader;

enum { READER_WHY_MAX = 256 };

/*
 * Opens a recording.  NULL: why not, in words: not there, no recording, of another version (both
 * are named), too short to hold its header.  fd is the caller's and must outlive the reader; name
 * is for messages.  follow: it is still being written (below).
 */
struct reader *reader_open(int fd, const char *name, bool follow, char why[READER_WHY_MAX]);
void reader_close(struct reader *r);

/* A checked copy of the header; its counters are those of reader_open(). */
const struct record_header *reader_header(const struct reader *r);

/*
 * The next event.  The result is the reader's own and holds until the next call; NULL: there is
 * none, or, with follow, none yet.  With follow, what ended in the last 50 ms is held back, as
 * another thread may be about to write what ended earlier; reader_finish() says that the writers
 * are gone, so that the rest is handed out.  What was lost is an event too, where it is noticed:
 * EVENT_LOST.
 */
const struct event *reader_next(struct reader *r);
void reader_finish(struct reader *r);

/* What could not be read, after the last event: in words, "" where nothing is missing. */
const char *reader_missing(const struct reader *r);

#endif
