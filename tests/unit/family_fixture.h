/* SPDX-License-Identifier: MIT */
/* A family whose processes are the test's own children. */
#ifndef PEERLESS_TESTS_FAMILY_FIXTURE_H
#define PEERLESS_TESTS_FAMILY_FIXTURE_H

#include "child_fixture.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "family.h"
#include "family_proc.h"

#define MARK "0123456789abcdef"

/* A clock that is ahead of all others, and runs so fast that each look and search is due. */
static int64_t now_ms = INT64_C(1) << 40;

static inline unsigned refresh(struct family *f)
{
	now_ms += 1000000;
	return family_refresh(f, now_ms);
}

static inline void short_pause(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
}

static inline void until(struct family *f, unsigned count)
{
	unsigned n = refresh(f);

	for (int i = 0; i < 2000 && n != count; i++) {
		short_pause();
		n = refresh(f);
	}
	assert_int_equal(n, count);
}

/* variable: NULL, or NAME=value for it alone.  It may stop itself. */
static inline pid_t shell(const char *script, const char *variable)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (variable)
			putenv((char *)variable);
		execl("/bin/sh", "sh", "-c", script, NULL);
		_exit(1);
	}
	return pid;
}

static inline void until_stopped(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
	assert_true(WIFSTOPPED(status));
}

static inline void end_all(struct family *f)
{
	for (struct member *m = f->first; m; m = m->next)
		kill(m->pid, SIGKILL);
	until(f, 0);
	family_free(f);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

/* A thread that has a child. */
static inline void *bear(void *nothing)
{
	(void)nothing;
	if (!fork())
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	pause();
	return NULL;
}

#endif
