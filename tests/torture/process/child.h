/* SPDX-License-Identifier: MIT */
/* What the cases of this folder share: children, and streams that must stay intact. */
#ifndef CHILD_H
#define CHILD_H

#include "case.h"

#include <fcntl.h>

/* Moves count bytes of a pattern from one end to the other; false if one is not as sent. */
static UNUSED bool stream_intact(int from, int to, size_t count)
{
	unsigned char out[256], in[256];
	size_t n, i, got;
	ssize_t r;

	for (n = 0; n < count; n += sizeof(out)) {
		for (i = 0; i < sizeof(out); i++)
			out[i] = (unsigned char)(n / 7 + i * 3);
		if (send(from, out, sizeof(out), 0) != (ssize_t)sizeof(out))
			return false;
		for (got = 0; got < sizeof(in); got += (size_t)r) {
			r = read(to, in + got, sizeof(in) - got);
			if (r <= 0)
				return false;
		}
		if (memcmp(in, out, sizeof(in)) != 0)
			return false;
	}
	return true;
}

/* Both ways, by all that is wrapped most: the connection is alive and nothing else is in it. */
static UNUSED void say_alive(const char *what, const int end[2])
{
	say("%s: there %d, back %d", what, stream_intact(end[0], end[1], 2048),
		stream_intact(end[1], end[0], 2048));
}

/* Runs that function in a fork child; its result, or 128 + the signal that ended it. */
static UNUSED int in_child(int (*run)(void *), void *with)
{
	pid_t pid = fork();

	sure(pid >= 0, "fork");
	if (pid == 0)
		_exit(run(with));
	return child_status(pid);
}

/* The path of what a "uses:" comment had built. */
static UNUSED const char *built(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/%s", getenv("CASES") ?: ".", name);
	return path;
}

/* Pages of memory that are mapped, and of those that are there; mappings; descriptors. */
struct footprint {
	long pages, resident, mappings, descriptors;
};

static UNUSED struct footprint footprint(void)
{
	struct footprint f = {0};
	char line[512];
	FILE *file = fopen("/proc/self/statm", "re");

	sure(file && fscanf(file, "%ld %ld", &f.pages, &f.resident) == 2, "statm");
	fclose(file);
	file = fopen("/proc/self/maps", "re");
	while (fgets(line, sizeof(line), file))
		f.mappings++;
	fclose(file);
	for (int fd = 0; fd < 4096; fd++)
		f.descriptors += fcntl(fd, F_GETFD) >= 0;
	return f;
}

static UNUSED void say_growth(const struct footprint *before)
{
	struct footprint now = footprint();

	say("growth: pages %ld, much of it there %d, mappings %ld, descriptors %ld",
		now.pages - before->pages, now.resident - before->resident > 100,
		now.mappings - before->mappings, now.descriptors - before->descriptors);
}

#endif
