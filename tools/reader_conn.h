/* SPDX-License-Identifier: MIT */
/*
 * Who the events are about: connections, by process and key, and the names of processes.
 *
 * A connection is made at the first event that names it and goes with its EVENT_CLOSE.  A call that
 * ends after that (in another thread) has none: better than one more that never was.
 */
#ifndef PEERLESS_TOOLS_READER_CONN_H
#define PEERLESS_TOOLS_READER_CONN_H

#include "event.h"

struct reader_conn; /* all of them */

struct reader_conn *reader_conn_new(void);
/* Those that are left, too; not what `user` points to. */
void reader_conn_free(struct reader_conn *all);

/* The one of this key, which is not 0, made if need be; NULL: it was closed. */
struct connection *reader_conn_get(
	struct reader_conn *all, uint32_t process, uint32_t pid, uint64_t key);
/* The same, for a story that opens it: a key that was closed may come again. */
struct connection *reader_conn_open(
	struct reader_conn *all, uint32_t process, uint32_t pid, uint64_t key);
/* It is closed and its event was handed out: no more. */
void reader_conn_drop(struct reader_conn *all, struct connection *c);

/* A process' name, "" where none was told.  It lives as long as all. */
const char *reader_conn_prog(const struct reader_conn *all, uint32_t process);
/* name ends in NUL, and is copied; the copy. */
const char *reader_conn_name(struct reader_conn *all, uint32_t process, const char *name);

/* A program starts in this process.  True: it was known, so this is by exec. */
bool reader_conn_starts(struct reader_conn *all, uint32_t pid, uint32_t process);
/* The process has ended: the number of what it executed last, `process` where that is not known. */
uint32_t reader_conn_ends(struct reader_conn *all, uint32_t pid, uint32_t process);

#endif
