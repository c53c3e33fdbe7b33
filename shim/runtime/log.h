/* SPDX-License-Identifier: MIT */
/*
 * One event, one line, one write: logfmt or JSON, formatted on the stack, to stderr or a file.
 * No descriptor stays open, nothing waits: a pipe that is full, a FIFO that nobody reads, a full
 * disk, a descriptor 2 that is no longer the file it was at start lose the line and add to the
 * count that the next line carries as `left_out`.  At most LOG_PER_SECOND lines a second.
 * AS-safe; errno is kept; SIGPIPE and SIGXFSZ cannot come of it.
 */
#ifndef PEERLESS_RUNTIME_LOG_H
#define PEERLESS_RUNTIME_LOG_H

#include "runtime/line.h"
#include "runtime/value.h"
#include "sys/endpoint.h"

#define LOG_PER_SECOND 100
#define LOG_LINE_MAX   1024 /* bytes, newline included */

struct log_line {
	struct line line;
	enum format format;
	enum level level; /* LEVEL_DEATH, if nobody sets it before log_end() */
	char text[LOG_LINE_MAX];
};

/*
 * Before main: where lines go and how they look; program is shown as prog=.  Remembers which
 * file descriptor 2 is.  The path in target must live on.
 */
void log_open(struct target target, enum format format, enum level level, const char *program);
/* No line any more (strict mode, inert). */
void log_mute(void);
/* Are lines of this level wanted at all? */
bool log_wants(enum level level);

/* Starts a line: ts, pid, prog and event are in it.  event and all keys are trusted text. */
void log_begin(struct log_line *l, const char *event);
/* The same, of another process; program is untrusted. */
void log_begin_for(struct log_line *l, const char *event, int64_t pid, const char *program);
void log_word(struct log_line *l, const char *key, const char *word);      /* trusted text */
void log_text(struct log_line *l, const char *key, const char *untrusted); /* escaped */
void log_int(struct log_line *l, const char *key, int64_t n);
/* text: "75.0s" / "0.4ms"; json: integers, the key gets the suffix _ms / _us */
void log_seconds(struct log_line *l, const char *key, uint64_t ms);
void log_millis(struct log_line *l, const char *key, uint64_t us);
void log_endpoint(struct log_line *l, const char *key, const struct endpoint *end);
/* errno's name ("ETIMEDOUT"), or the number where we know none. */
void log_errno(struct log_line *l, const char *key, int err);
/* Writes it. */
void log_end(struct log_line *l);

#endif
