/* SPDX-License-Identifier: MIT */
/* See reader_file.h. */
#include "reader_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

size_t reader_file_read(const struct reader_file *f, void *to, size_t bytes, uint64_t at)
{
	size_t done = 0;

	while (done < bytes) {
		ssize_t n = pread(f->fd, (char *)to + done, bytes - done, (off_t)(at + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	return done;
}

static bool refuse(char why[READER_WHY_MAX], const char *name, const char *reason)
{
	snprintf(why, READER_WHY_MAX, "%.120s %s", name, reason);
	return false;
}

static bool check(struct record_header *h, const char *name, char why[READER_WHY_MAX])
{
	if (memcmp(h->magic, RECORD_MAGIC, sizeof(h->magic)) != 0)
		return refuse(why, name, "is no recording");
	if (h->version != RECORD_VERSION) {
		snprintf(why, READER_WHY_MAX,
			"%.120s is a recording of version %u, and this peerless reads version %u",
			name, h->version, RECORD_VERSION);
		return false;
	}
	if (!h->stories || !h->chunks)
		return refuse(why, name, "is a damaged recording: it has room for no event");
	if (!reader_file_is_time(h->mono_ns) || !reader_file_is_time(h->real_ns))
		return refuse(why, name, "is a damaged recording: its clocks are out of range");
	h->host[sizeof(h->host) - 1] = '\0';
	h->options[sizeof(h->options) - 1] = '\0';
	return true;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t chunks_begin(const struct record_header *h)
{
	return RECORD_HEADER_BYTES + (uint64_t)h->stories * RECORD_STORY_BYTES;
}

bool reader_file_open(struct reader_file *f, int fd, const char *name, char why[READER_WHY_MAX])
{
	struct record_header *h = &f->header;
	struct stat st;
	uint64_t size, begin;
	size_t n;

	f->fd = fd;
	if (fstat(fd, &st) < 0)
		return refuse(why, name, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return refuse(why, name, "is no regular file, and so no recording");
	n = reader_file_read(f, h, sizeof(*h), 0);
	if (n >= sizeof(h->magic) && memcmp(h->magic, RECORD_MAGIC, sizeof(h->magic)) != 0)
		return refuse(why, name, "is no recording");
	size = (uint64_t)st.st_size;
	if (n < sizeof(*h) || size < RECORD_HEADER_BYTES)
		return refuse(why, name, "is too short to be a recording");
	if (!check(h, name, why))
		return false;
	begin = chunks_begin(h);
	f->story_bytes = least(size, begin) - RECORD_HEADER_BYTES;
	f->chunk_bytes = size < begin ? 0 : size - begin;
	f->chunk_bytes = least(f->chunk_bytes, (uint64_t)h->chunks * RECORD_CHUNK_BYTES);
	return true;
}

void reader_file_counters(const struct reader_file *f, struct reader_counters *c)
{
	uint64_t tickets[2], losses[2];

	/* In this order: a chunk is claimed before its events count as overwritten. */
	if (reader_file_read(f, losses, sizeof(losses), offsetof(struct record_header, lost)) !=
			sizeof(losses) ||
		reader_file_read(f, tickets, sizeof(tickets),
			offsetof(struct record_header, story_ticket)) != sizeof(tickets))
		return;
	c->stories = least(tickets[0], UINT64_MAX >> 8);
	c->chunks = least(tickets[1], READER_TICKET_MAX);
	/* Whoever came too late has a ticket, and nothing for it. */
	if (f->header.full == RECORD_STOP) {
		c->stories = least(c->stories, f->header.stories);
		c->chunks = least(c->chunks, f->header.chunks);
	}
	c->lost = losses[0];
	c->overwritten = losses[1];
}

uint64_t reader_file_chunk(const struct reader_file *f, uint64_t ticket)
{
	return chunks_begin(&f->header) + (ticket - 1) % f->header.chunks * RECORD_CHUNK_BYTES;
}

uint64_t reader_file_story(const struct reader_file *f, uint64_t ticket)
{
	return RECORD_HEADER_BYTES + (ticket - 1) % f->header.stories * RECORD_STORY_BYTES;
}

uint32_t reader_file_chunks(const struct reader_file *f)
{
	return (uint32_t)((f->chunk_bytes + RECORD_CHUNK_BYTES - 1) / RECORD_CHUNK_BYTES);
}

/* Those in use that are not there as a whole. */
static uint64_t missing(uint64_t tickets, uint64_t promised, uint64_t there)
{
	uint64_t used = least(tickets, promised);

	return used > there ? used - there : 0;
}

uint64_t reader_file_chunks_missing(const struct reader_file *f, const struct reader_counters *c)
{
	return missing(c->chunks, f->header.chunks, f->chunk_bytes / RECORD_CHUNK_BYTES);
}

uint64_t reader_file_stories_missing(const struct reader_file *f, const struct reader_counters *c)
{
	return missing(c->stories, f->header.stories, f->story_bytes / RECORD_STORY_BYTES);
}
