/* SPDX-License-Identifier: MIT */
/*
 * See sockmap.h.  An inode has an entry from when a scan found it, or from when it was asked for.
 * A scan ends by forgetting those that it did not find, except for what was asked for since the
 * scan before: these belong to others, which is worth knowing.  So the table is bounded by what the
 * processes hold and what the kernel's dumps show.
 */
#include "sockmap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "table.h"
#include "util.h"

struct entry {
	uint32_t inode;
	uint32_t scan;              /* the last one that looked for it: before the first, 0 */
	struct sockmap_owner owner; /* pid 0: another program's, or not looked for yet */
	bool asked;                 /* since the last scan */
	UT_hash_handle hh;
};

struct sockmap {
	struct entry *entries, *last; /* found last: see table.h */
	uint32_t scan;
	bool wanted;  /* an inode was asked for that no scan has looked for */
	bool foreign; /* one was asked for that the last scan did not find */
	bool stale;
	int64_t next_ms, again_ms; /* no scan before; one for what was not found */
	int64_t begun_ns, cost_ns;
	uint32_t descriptors;
};

/* CPU time: what we wait for others costs nobody anything. */
static int64_t spent_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

struct sockmap *sockmap_new(void)
{
	struct sockmap *m = die_if_null(calloc(1, sizeof(*m)));

	m->stale = true; /* nothing is known yet */
	return m;
}

static void forget(struct sockmap *m, struct entry *e)
{
	m->last = NULL;
	HASH_DEL(m->entries, e);
	free(e);
}

void sockmap_free(struct sockmap *m)
{
	struct entry *e, *next;

	if (!m)
		return;
	HASH_ITER(hh, m->entries, e, next)
	forget(m, e);
	free(m);
}

/* Made where there is none. */
static struct entry *entry_of(struct sockmap *m, uint32_t inode)
{
	struct entry *e;

	TABLE_FIND(m->entries, m->last, inode, &inode, e);
	m->last = e;
	if (e)
		return e;
	e = die_if_null(calloc(1, sizeof(*e)));
	e->inode = inode;
	HASH_ADD(hh, m->entries, inode, sizeof(e->inode), e);
	return e;
}

const struct sockmap_owner *sockmap_find(struct sockmap *m, uint32_t inode)
{
	struct entry *e;

	if (!inode) /* no descriptor refers to it: there is nothing to look for */
		return NULL;
	e = entry_of(m, inode);
	e->asked = true;
	if (e->owner.pid)
		return &e->owner;
	if (e->scan)
		m->foreign = true;
	else
		m->wanted = true;
	return NULL;
}

bool sockmap_due(const struct sockmap *m, int64_t now_ms)
{
	if (now_ms < m->next_ms)
		return false;
	return m->wanted || m->stale || (m->foreign && now_ms >= m->again_ms);
}

void sockmap_begin(struct sockmap *m)
{
	m->scan++;
	m->descriptors = 0;
	m->begun_ns = spent_ns();
}

/* The first process that was added keeps it (one that forked, before its children). */
static void found(struct sockmap *m, uint32_t inode, pid_t pid, int fd)
{
	struct entry *e = entry_of(m, inode);

	if (e->scan != m->scan)
		e->owner = (struct sockmap_owner){.pid = pid, .fd = fd};
	else if (e->owner.pid != pid)
		e->owner.shared = true;
	else if (fd < e->owner.fd)
		e->owner.fd = fd;
	e->scan = m->scan;
}

/* 0, also where the descriptor is closed by now, or -errno. */
static int look(struct sockmap *m, int dir, const char *name, pid_t pid)
{
	char link[32], *end; /* socket:[4294967295] */
	ssize_t len = readlinkat(dir, name, link, sizeof(link) - 1);
	unsigned long inode;

	if (len < 0)
		return errno == ENOENT ? 0 : -errno;
	link[len] = '\0';
	m->descriptors++;
	if (strncmp(link, "socket:[", 8))
		return 0;
	inode = strtoul(link + 8, &end, 10);
	if (*end == ']' && inode && inode <= UINT32_MAX)
		found(m, (uint32_t)inode, pid, atoi(name));
	return 0;
}

static int look_at_all(struct sockmap *m, DIR *dir, pid_t pid)
{
	const struct dirent *entry;
	int rc = 0;

	for (errno = 0; !rc && (entry = readdir(dir)); errno = 0)
		if (entry->d_name[0] != '.')
			rc = look(m, dirfd(dir), entry->d_name, pid);
	return rc ? rc : -errno;
}

int sockmap_add(struct sockmap *m, pid_t pid, pid_t thread)
{
	char path[32];
	DIR *dir;
	int rc;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)thread);
	dir = opendir(path);
	rc = dir ? look_at_all(m, dir, pid) : -errno;
	if (dir)
		closedir(dir);
	if (rc != -EACCES)
		return rc;
	return access(path, F_OK) ? -ENOENT : -EPERM; /* EACCES also for one that just ended */
}

void sockmap_end(struct sockmap *m, int64_t now_ms)
{
	struct entry *e, *next;

	HASH_ITER(hh, m->entries, e, next)
	{
		if (e->scan != m->scan && !e->asked) {
			forget(m, e);
			continue;
		}
		if (e->scan != m->scan)
			e->owner = (struct sockmap_owner){0};
		e->scan = m->scan;
		e->asked = false;
	}
	m->wanted = m->foreign = m->stale = false;
	m->cost_ns = spent_ns() - m->begun_ns;
	m->next_ms = now_ms + m->cost_ns * SOCKMAP_SHARE / 1000000;
	m->again_ms = now_ms + SOCKMAP_AGAIN_MS;
}

void sockmap_stale(struct sockmap *m)
{
	m->stale = true;
}

bool sockmap_moved(struct sockmap *m, int rc)
{
	if (rc != -ESTALE && rc != -EBADF)
		return false;
	sockmap_stale(m);
	return true;
}

uint32_t sockmap_descriptors(const struct sockmap *m)
{
	return m->descriptors;
}

int64_t sockmap_cost_ns(const struct sockmap *m)
{
	return m->cost_ns;
}
