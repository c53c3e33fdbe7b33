/* SPDX-License-Identifier: MIT */
/*
 * used FILE: how much of a finished recording is used, as "chunks=N stories=N bytes=N"; of a chunk
 * what was given out of it, its own head too.  For bytes per event.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "record.h"
#include "record_story.h"
#include "record_turn.h"

static void read_at(int fd, void *to, size_t bytes, uint64_t at)
{
	if (pread(fd, to, bytes, (off_t)at) == (ssize_t)bytes)
		return;
	fprintf(stderr, "used: the recording is shorter than its header says\n");
	exit(1);
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* A record that did not fit was added to the sum all the same. */
static uint64_t given_out(int fd, uint64_t chunk)
{
	struct record_chunk k;

	read_at(fd, &k, sizeof(k), chunk);
	return least(record_turn_bytes(k.turn), RECORD_CHUNK_BYTES);
}

int main(int argc, char **argv)
{
	int fd = argc == 2 ? open(argv[1], O_RDONLY) : -1;
	uint64_t begin, chunks, stories, bytes;
	struct record_header h;

	if (fd < 0) {
		fprintf(stderr, "Usage: used FILE, a recording\n");
		return 2;
	}
	read_at(fd, &h, sizeof(h), 0);
	begin = RECORD_HEADER_BYTES + (uint64_t)h.stories * RECORD_STORY_BYTES;
	chunks = least(h.chunk_ticket, h.chunks);
	stories = least(h.story_ticket, h.stories);
	bytes = stories * RECORD_STORY_BYTES;
	for (uint64_t i = 0; i < chunks; i++)
		bytes += given_out(fd, begin + i * RECORD_CHUNK_BYTES);
	printf("chunks=%llu stories=%llu bytes=%llu\n", (unsigned long long)chunks,
		(unsigned long long)stories, (unsigned long long)bytes);
	return 0;
}
