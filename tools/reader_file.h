/* SPDX-License-Identifier: MIT */
/*
 * The bytes of a recording: what its header says and how much of that is there.  All other parts
 * of the reader get at the file through this one.
 */
#ifndef PEERLESS_TOOLS_READER_FILE_H
#define PEERLESS_TOOLS_READER_FILE_H

#include "reader.h"
#include "record_story.h"

/* Tickets above are no tickets: a chunk holds 32 bits of them. */
#define READER_TICKET_MAX UINT32_MAX

/* Can it be a time of a recording?  Of those that can, sums and differences can be taken. */
static inline bool reader_file_is_time(int64_t ns)
{
	return ns >= 0 && ns < INT64_MAX / 4;
}

struct reader_file {
	int fd;
	struct record_header header;       /* checked, its texts end in NUL */
	uint64_t story_bytes, chunk_bytes; /* of them that the file has; the last may be cut */
};

/* The header's counters, read anew. */
struct reader_counters {
	uint64_t stories, chunks; /* tickets given out */
	uint64_t lost, overwritten;
};

/* False: why not, in words. */
bool reader_file_open(struct reader_file *f, int fd, const char *name, char why[READER_WHY_MAX]);

/* Reads; fewer bytes come only where the file ends. */
size_t reader_file_read(const struct reader_file *f, void *to, size_t bytes, uint64_t at);

/*
 * What is counted here as overwritten belongs to chunks and stories among the tickets.
 * Where the file cannot be read any more, *c stays as it is.
 */
void reader_file_counters(const struct reader_file *f, struct reader_counters *c);

/* Where a ticket's chunk lies; where a story does. */
uint64_t reader_file_chunk(const struct reader_file *f, uint64_t ticket);
uint64_t reader_file_story(const struct reader_file *f, uint64_t ticket);

/* Chunks of which there is something in the file. */
uint32_t reader_file_chunks(const struct reader_file *f);

/* Of what was given out, how much is not in the file though its header promises it. */
uint64_t reader_file_chunks_missing(const struct reader_file *f, const struct reader_counters *c);
uint64_t reader_file_stories_missing(const struct reader_file *f, const struct reader_counters *c);

#endif
