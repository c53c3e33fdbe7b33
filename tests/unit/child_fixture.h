/* SPDX-License-Identifier: MIT */
/* A test, or part of it, in a process of its own: what it does to itself ends with it. */
#ifndef PEERLESS_TESTS_CHILD_FIXTURE_H
#define PEERLESS_TESTS_CHILD_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* The status a child ends with that runs body(); its assertions end it by abort(). */
static inline int child_status(void (*body)(void))
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		setenv("CMOCKA_TEST_ABORT", "1", 1);
		alarm(20);
		body();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static inline void child_lives(void (*body)(void))
{
	assert_int_equal(child_status(body), 0);
}

/* In a child: no longer root. */
static inline void become_ordinary(void)
{
	if (geteuid())
		return;
	assert_int_equal(setgid(65534), 0);
	assert_int_equal(setuid(65534), 0);
}

/* In a child: a root, perhaps, but one that may nothing. */
static inline void drop_capabilities(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};

	assert_int_equal(syscall(SYS_capset, &head, none), 0);
}

/* A child that does nothing until child_ended(), and ends with us at the latest. */
static inline pid_t child_idle(void)
{
	pid_t parent = getpid(), pid = fork();

	if (pid) {
		assert_true(pid > 0);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent)
		pause();
	_exit(0);
}

static inline void child_ended(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

#endif
