/* SPDX-License-Identifier: MIT */
/* See sentinel_place.h. */
#include "sentinel_place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "util.h"

enum { KEPT_MS = 5000 }; /* more than between two looks */

static bool is_ours(uint64_t netns)
{
	struct stat st;

	return !netns || stat("/proc/self/ns/net", &st) || st.st_ino == netns;
}

/* It may have moved on, or ended, since netns was read. */
static bool is_still(int fd, uint64_t netns)
{
	struct stat st;

	return !fstat(fd, &st) && st.st_ino == netns;
}

/* 0 or -errno. */
static int open_of(const struct member *m, struct sockdiag **d)
{
	char path[64];
	cleanup_fd int fd = -1;

	if (is_ours(m->netns)) {
		*d = sockdiag_open(-1);
		return *d ? 0 : -errno;
	}
	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)m->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (!is_still(fd, m->netns))
		return -ESRCH;
	*d = sockdiag_open(fd);
	return *d ? 0 : -errno;
}

static struct place *place_of(struct place *places, uint64_t netns)
{
	while (places && places->netns != netns)
		places = places->next;
	return places;
}

int place_add(struct place **places, const struct member *m)
{
	struct place *p = place_of(*places, m->netns);
	struct sockdiag *d = NULL;
	int rc;

	if (p && p->diag)
		return 0;
	rc = open_of(m, &d);
	if (p)
		p->diag = d;
	if (p || rc == -ENOENT || rc == -ESRCH) /* the next look at the process tells */
		return 0;
	p = die_if_null(calloc(1, sizeof(*p)));
	*p = (struct place){.netns = m->netns, .diag = d, .next = *places};
	*places = p;
	return rc;
}

static bool is_used(const struct place *p, const struct family *f)
{
	const struct member *m = f->first;

	while (m && m->netns != p->netns)
		m = m->next;
	return m || p->connections;
}

void place_sweep(struct place **places, const struct family *f, int64_t now_ms)
{
	while (*places) {
		struct place *p = *places;

		if (is_used(p, f))
			p->used_ms = now_ms;
		if (now_ms - p->used_ms < KEPT_MS) {
			places = &p->next;
			continue;
		}
		*places = p->next;
		sockdiag_close(p->diag);
		free(p);
	}
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
