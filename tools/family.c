/* SPDX-License-Identifier: MIT */
/* See family.h.  Who comes and goes; what is known of each is family_member.c's. */
#include "family.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "family_member.h"
#include "util.h"

enum { LAST_PAUSE_MS = 10 }; /* within execve(2) a process shows no environment */

/* Who is looked for: children of parent, or where that is NULL those who carry the mark. */
struct look {
	struct family *family;
	const struct member *parent;
	int64_t now_ms;
	unsigned found;
};

static int64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* The earliest time for doing again what began at this CPU time. */
static int64_t next_ms(int64_t now_ms, int64_t began_ns)
{
	return now_ms + (cpu_ns() - began_ns) * FAMILY_SHARE / 1000000;
}

const struct member *family_find(const struct family *f, pid_t pid)
{
	const struct member *m = f->first;

	while (m && m->pid != pid)
		m = m->next;
	return m;
}

static void append(struct family *f, const struct member *m)
{
	struct member **to = &f->first;

	while (*to)
		to = &(*to)->next;
	*to = die_if_null(malloc(sizeof(*m)));
	**to = *m;
}

/* Does the process that p is of, as long as that is not found to have ended? */
static bool belongs(const struct look *look, const struct family_proc *p)
{
	if (look->parent)
		return p->parent == look->parent->pid && !family_member_ended(look->parent);
	return p->started >= look->family->since &&
	       family_proc_marked(p->thread, look->family->mark);
}

/* Of a process that is held already.  look: NULL where it was named. */
static int judge(struct member *m, const struct look *look, int64_t now_ms)
{
	struct family_proc p;
	int rc = family_proc_read(m->pid, &p);

	if (rc)
		return rc != -ESRCH ? rc : family_member_ended(m) ? -ESRCH : -EPERM;
	m->started = p.started;
	if (p.kernel)
		return -EINVAL;
	if (p.ended || (look && !belongs(look, &p)) || !family_member_look(m, &p, now_ms))
		return -ESRCH;
	return 0;
}

static int admit(struct family *f, pid_t pid, const struct look *look, int64_t now_ms)
{
	struct member m = {.pid = pid, .pidfd = -1};
	int rc;

	if (pid <= 0)
		return -ESRCH;
	if (pid == getpid())
		return -EINVAL;
	if (family_find(f, pid))
		return 0;
	family_member_hold(&m);
	if (m.error == ESRCH)
		return -ESRCH;
	/* a thread's id: EINVAL up to Linux 6.14, ENOENT since */
	if (m.error == EINVAL || m.error == ENOENT)
		return -EINVAL;
	rc = judge(&m, look, now_ms);
	if (rc) {
		cleanup_close(&m.pidfd);
		return rc;
	}
	append(f, &m);
	if (!f->since)
		f->since = m.started;
	return 0;
}

int family_add(struct family *f, pid_t pid)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return admit(f, pid, NULL, t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000);
}

void family_explain(pid_t pid, int rc, char *out, size_t size)
{
	pid_t process = family_proc_of_thread(pid);

	if (rc == -ESRCH)
		snprintf(out, size, "there is no such process");
	else if (rc == -EPERM)
		snprintf(out, size, "it is there, but /proc does not show it to us (hidepid?)");
	else if (rc != -EINVAL)
		snprintf(out, size, "%s", strerror(-rc));
	else if (pid == getpid())
		snprintf(out, size, "that is this command itself");
	else if (process > 0 && process != pid)
		snprintf(out, size, "a thread of process %d; name that one", (int)process);
	else
		snprintf(out, size, "a thread of the kernel, which has no connections of its own");
}

static void adopt_child(void *context, pid_t pid)
{
	struct look *look = context;

	if (!family_find(look->family, pid))
		look->found += !admit(look->family, pid, look, look->now_ms);
}

/* Where the kernel lists no children: each process knows its parent. */
static void adopt_if_child(void *context, pid_t pid)
{
	struct look *look = context;
	struct family_proc p;

	look->parent = family_proc_read(pid, &p) ? NULL : family_find(look->family, p.parent);
	if (look->parent)
		adopt_child(look, pid);
}

static void adopt_if_marked(void *context, pid_t pid)
{
	struct family_proc p;

	if (!family_proc_read(pid, &p) && belongs(context, &p))
		adopt_child(context, pid);
}

/* All of /proc, until there is nobody new: a child may have a lower number than its parent. */
static unsigned search(struct family *f, family_proc_each *adopt, int64_t now_ms)
{
	struct look look = {.family = f, .now_ms = now_ms};
	unsigned before;

	do {
		before = look.found;
		family_proc_all(adopt, &look);
	} while (look.found != before);
	return look.found;
}

/* Those that are added meanwhile stand behind, and so are asked as well. */
static void look_at_all(struct family *f, int64_t now_ms)
{
	struct look look = {.family = f, .now_ms = now_ms};
	int64_t began_ns = cpu_ns();
	struct family_proc p;

	f->scans |= !family_proc_lists_children();
	for (struct member *m = f->first; m; m = m->next) {
		look.parent = m;
		if (family_member_look(m, &p, now_ms) && f->descendants && !f->scans)
			family_proc_children(m->pid, &p, adopt_child, &look);
	}
	if (f->descendants && f->scans)
		search(f, adopt_if_child, now_ms);
	f->look_ms = next_ms(now_ms, began_ns);
}

/* Where nobody is left, this decides whether all is over: so twice. */
static void search_marked(struct family *f, int64_t now_ms)
{
	const struct timespec pause = {.tv_nsec = LAST_PAUSE_MS * 1000000L};
	int64_t began_ns = cpu_ns();

	f->lost = false;
	if (!search(f, adopt_if_marked, now_ms) && !f->first) {
		nanosleep(&pause, NULL);
		search(f, adopt_if_marked, now_ms);
	}
	f->searched_ms = now_ms;
	f->search_ms = next_ms(now_ms, began_ns);
}

static void forget_ended(struct family *f)
{
	struct member **at = &f->first, *m;

	while ((m = *at)) {
		if (!family_member_ended(m)) {
			at = &m->next;
			continue;
		}
		*at = m->next;
		cleanup_close(&m->pidfd);
		free(m);
		f->lost = true;
	}
}

unsigned family_refresh(struct family *f, int64_t now_ms)
{
	unsigned count = 0;
	bool due;

	forget_ended(f);
	due = f->lost ? now_ms >= f->search_ms : now_ms - f->searched_ms >= FAMILY_SEARCH_MS;
	if (*f->mark && (due || !f->first))
		search_marked(f, now_ms);
	if (now_ms >= f->look_ms)
		look_at_all(f, now_ms);
	for (const struct member *m = f->first; m; m = m->next)
		count++;
	return count;
}

bool family_all_ended(const struct family *f)
{
	const struct member *m = f->first;

	while (m && family_member_ended(m))
		m = m->next;
	return !m;
}

void family_wait(const struct family *f, int signals, int timeout_ms)
{
	cleanup_free struct pollfd *fds = NULL;
	nfds_t count = 1;

	for (const struct member *m = f->first; m; m = m->next)
		count++;
	fds = die_if_null(calloc(count, sizeof(*fds)));
	fds[0] = (struct pollfd){.fd = signals, .events = POLLIN};
	count = 1;
	for (const struct member *m = f->first; m; m = m->next)
		fds[count++] = (struct pollfd){.fd = m->pidfd, .events = POLLIN};
	poll(fds, count, timeout_ms);
}

void family_free(struct family *f)
{
	struct member *m;

	while ((m = f->first)) {
		f->first = m->next;
		cleanup_close(&m->pidfd);
		free(m);
	}
}
