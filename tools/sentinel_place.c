/* SPDX-License-Identifier: MIT */
/* See sentinel_place.h.  A namespace that has no process any more stays listed: it costs one empty
 * dump, and they are few. */
#include "sentinel_place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "util.h"

static bool is_ours(uint64_t netns)
{
	struct stat st;

	return !netns || stat("/proc/self/ns/net", &st) || st.st_ino == netns;
}

static struct sockdiag *open_of(const struct member *m)
{
	char path[64];
	cleanup_fd int fd = -1;

	if (is_ours(m->netns))
		return sockdiag_open(-1);
	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)m->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? NULL : sockdiag_open(fd);
}

int place_add(struct place **places, const struct member *m)
{
	struct place *p;
	struct sockdiag *d;

	if (place_of(*places, m->netns))
		return 0;
	d = open_of(m);
	if (!d)
		return -errno;
	p = die_if_null(calloc(1, sizeof(*p)));
	*p = (struct place){m->netns, d, *places};
	*places = p;
	return 0;
}

struct sockdiag *place_of(const struct place *places, uint64_t netns)
{
	for (; places; places = places->next)
		if (places->netns == netns)
			return places->diag;
	return NULL;
}

void place_free(struct place **places)
{
	while (*places) {
		struct place *p = *places;

		*places = p->next;
		sockdiag_close(p->diag);
		free(p);
	}
}
