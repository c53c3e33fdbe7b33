/* SPDX-License-Identifier: MIT */
/*
 * See family_member.h.  Maps are long, so they are read only after an execve(2), until the loader
 * has had its time.
 */
#include "family_member.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/resource.h>

#include "util.h"

enum { SETTLE_MS = 1000 }; /* so long after execve(2) the loader may still be at work */

static bool pidfd_ended(int pidfd)
{
	struct pollfd p = {.fd = pidfd, .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}

bool family_member_ended(const struct member *m)
{
	struct family_proc p;
	int rc;

	if (m->pidfd >= 0)
		return pidfd_ended(m->pidfd);
	rc = family_proc_read(m->pid, &p);
	return rc ? rc == -ESRCH : p.ended || p.started != m->started;
}

void family_member_room(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files))
		return;
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
}

void family_member_hold(struct member *m)
{
	m->pidfd = pidfd_open(m->pid, 0);
	m->error = m->pidfd < 0 ? errno : 0;
}

/* Is there more to know than with the last look? */
static void look_at_image(struct member *m, const struct family_proc *p, int64_t now_ms)
{
	bool changed = m->image != p->image || !m->settles_ms;
	int preloaded;

	if (!changed && (m->preloaded || m->settles_ms < 0))
		return;
	preloaded = family_proc_preloaded(p->thread);
	if (!family_proc_executed(p->thread, m->executed))
		snprintf(m->executed, sizeof(m->executed), "%s", p->name);
	m->image = p->image;
	m->preloaded = preloaded > 0;
	if (changed) {
		m->settles_ms = now_ms + SETTLE_MS;
		m->error = preloaded < 0 ? -preloaded : m->error;
	} else if (now_ms >= m->settles_ms) {
		m->settles_ms = -1;
	}
}

bool family_member_look(struct member *m, struct family_proc *p, int64_t now_ms)
{
	struct member seen = *m;

	if (seen.pidfd < 0) /* a limit of ours on descriptors may have passed */
		seen.pidfd = pidfd_open(m->pid, 0);
	if (!family_proc_read(m->pid, p) && !p->ended) {
		memcpy(seen.name, p->name, sizeof(seen.name));
		seen.thread = p->thread;
		seen.netns = family_proc_netns(p->thread);
		look_at_image(&seen, p, now_ms);
		if (!family_member_ended(m)) {
			*m = seen;
			return true;
		}
	}
	if (m->pidfd < 0)
		cleanup_close(&seen.pidfd);
	return false;
}

bool family_member_preloaded(const struct member *m)
{
	return m->preloaded || family_proc_preloaded(m->thread) > 0;
}
