/* SPDX-License-Identifier: MIT */
/*
 * Log tests run in a child each: log_open() is for once a process, and the claims are about
 * signals, limits and descriptor 2.  The child ends with 0; ASan, a signal or the alarm is seen.
 */
#ifndef PEERLESS_TESTS_LOG_CHILD_H
#define PEERLESS_TESTS_LOG_CHILD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "child_fixture.h"
#include "runtime/log.h"

static char dir[] = "/tmp/peerless-log-XXXXXX";
static char log_path[64];
static char got[1 << 18];

/* The clocks are an input: a test sets them where a second's border would matter. */
static time_t realtime_s = -1, monotonic_s = -1;
static long realtime_ns;

int clock_gettime(clockid_t id, struct timespec *now)
{
	bool real = id == CLOCK_REALTIME;

	if (real ? realtime_s < 0 : id != CLOCK_MONOTONIC_COARSE || monotonic_s < 0)
		return (int)syscall(SYS_clock_gettime, id, now);
	*now = (struct timespec){real ? realtime_s : monotonic_s, real ? realtime_ns : 0};
	return 0;
}

static inline int make_dir(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(log_path, sizeof(log_path), "%s/log", dir);
	return 0;
}

static inline int remove_dir(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command);
}

static inline int no_log(void **state)
{
	(void)state;
	unlink(log_path);
	return 0;
}

static inline void limit_size(rlim_t bytes)
{
	struct rlimit limit = {.rlim_cur = bytes, .rlim_max = RLIM_INFINITY};

	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* What is in the file, as text; "" if there is none. */
static inline const char *content(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, got, sizeof(got) - 1);

	assert_true(n >= 0);
	got[n] = '\0';
	if (fd >= 0)
		close(fd);
	return got;
}

static inline unsigned lines_in(const char *text)
{
	unsigned n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static inline void open_log_file(enum format format)
{
	log_open((struct target){TARGET_FILE, log_path}, format, LEVEL_DEATH, "legacyd");
}

static inline void open_log_stderr(void)
{
	log_open((struct target){TARGET_STDERR, NULL}, FORMAT_TEXT, LEVEL_DEATH, "legacyd");
}

/* One line; errno must be as it was. */
static inline void say(const char *event)
{
	struct log_line l;

	errno = 77;
	log_begin(&l, event);
	log_end(&l);
	if (errno != 77)
		abort();
}

/* A line's text behind its pid, from the n-th line (0 is the first) of a text; cut at its end. */
static inline const char *tail_of(const char *text, unsigned n)
{
	static char line[LOG_LINE_MAX + 1];

	while (n--) {
		text = strchr(text, '\n');
		assert_non_null(text);
		text++;
	}
	text = strstr(text, "prog=");
	assert_non_null(text);
	snprintf(line, sizeof(line), "%.*s", (int)strcspn(text, "\n"), text);
	return line;
}

#endif
