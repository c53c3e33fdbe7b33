/* SPDX-License-Identifier: MIT */
/* See reader.h. */
#include "reader.h"

#include "reader_file.h"
#include "util.h"

struct reader {
	struct reader_file file;
};

struct reader *reader_open(int fd, const char *name, bool follow, char why[READER_WHY_MAX])
{
	struct reader *r = die_if_null(calloc(1, sizeof(*r)));

	(void)follow;
	if (reader_file_open(&r->file, fd, name, why))
		return r;
	free(r);
	return NULL;
}

void reader_close(struct reader *r)
{
	free(r);
}

const struct record_header *reader_header(const struct reader *r)
{
	return &r->file.header;
}

const struct event *reader_next(struct reader *r)
{
	(void)r;
	return NULL;
}

void reader_finish(struct reader *r)
{
	(void)r;
}

const char *reader_missing(const struct reader *r)
{
	(void)r;
	return "";
}
