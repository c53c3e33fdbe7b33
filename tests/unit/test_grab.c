/* SPDX-License-Identifier: MIT */
/* grab: the right socket of another process or none, and why the kernel refuses one. */
#include "child_fixture.h"
#include "loopback_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "grab.h"
#include "sys/compiler.h"

static int pidfd_of(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	assert_true(fd >= 0);
	return fd;
}

static int next_descriptor(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

/* A child has what we had when it was forked, under the same numbers. */
static void gives_the_right_socket_or_none(void **state)
{
	int side[2], pipes[2], idle, pidfd, got, next;
	int *const used[] = {side, side + 1, pipes, pipes + 1, &idle, &pidfd, &got};
	char byte;
	pid_t pid;

	(void)state;
	connection("127.0.0.1", side);
	assert_int_equal(pipe(pipes), 0);
	idle = socket(AF_INET, SOCK_STREAM, 0);
	pid = child_idle();
	pidfd = pidfd_of(pid);
	got = grab_socket(pidfd, side[0], cookie_of(side[0]));
	assert_true(got >= 0);
	next = next_descriptor();
	assert_int_equal(fcntl(got, F_GETFD), FD_CLOEXEC);
	assert_int_equal(cookie_of(got), cookie_of(side[0]));
	assert_int_equal(send(got, "x", 1, 0), 1);
	assert_int_equal(recv(side[1], &byte, 1, 0), 1);
	assert_int_equal(grab_socket(pidfd, idle, cookie_of(side[0])), -ESTALE);
	assert_int_equal(grab_socket(pidfd, pipes[0], cookie_of(side[0])), -ESTALE);
	assert_int_equal(grab_socket(pidfd, 999, cookie_of(side[0])), -EBADF);
	assert_int_equal(grab_socket(pidfd, pipes[0], 0), -ESTALE);
	assert_int_equal(next_descriptor(), next); /* nothing was kept */
	child_ended(pid);
	assert_int_equal(grab_socket(pidfd, side[0], cookie_of(side[0])), -ESRCH);
	for (unsigned i = 0; i < ARRAY_SIZE(used); i++)
		close(*used[i]);
}

static void expect_why(pid_t pid, const char *why)
{
	char text[128];

	grab_explain(pid, text, sizeof(text));
	assert_string_equal(text, why);
}

static void expect_refused(pid_t pid, const char *why)
{
	int pidfd = pidfd_of(pid);

	assert_int_equal(grab_socket(pidfd, 0, 1), -EPERM);
	close(pidfd);
	expect_why(pid, why);
}

#define ROOT_MAY "root (CAP_SYS_PTRACE) may"
#define REFUSED \
	"refused by a security module (AppArmor, SELinux), or its user namespace is not ours"

static void undumpable(void)
{
	pid_t pid;

	become_ordinary();
	prctl(PR_SET_DUMPABLE, 0);
	pid = child_idle();
	expect_refused(pid, "is not dumpable: " ROOT_MAY);
	child_ended(pid);
}

/* The kernel would permit it: so it must be something that we do not know of. */
static void unknown(void)
{
	pid_t pid;

	become_ordinary();
	prctl(PR_SET_DUMPABLE, 1);
	pid = child_idle();
	expect_why(pid, REFUSED);
	child_ended(pid);
}

static void other_capabilities(void)
{
	pid_t pid;

	if (geteuid())
		assert_int_equal(unshare(CLONE_NEWUSER), 0);
	pid = child_idle();
	drop_capabilities();
	expect_refused(pid, "has capabilities that we have not: " ROOT_MAY);
	child_ended(pid);
}

static void ended(void)
{
	pid_t pid = child_idle();

	child_ended(pid);
	expect_why(pid, "has ended");
}

static void other_group(void)
{
	pid_t pid = child_idle();

	assert_int_equal(setgid(65534), 0);
	drop_capabilities();
	expect_refused(pid, "runs with group 0: that group or " ROOT_MAY);
	child_ended(pid);
}

static void root_is_nothing(void)
{
	pid_t pid;

	assert_int_equal(setresuid(65534, 65534, 0), 0);
	pid = child_idle();
	assert_int_equal(setresuid(0, 0, 0), 0);
	drop_capabilities();
	expect_refused(pid, "belongs to user 65534, and we are a root without CAP_SYS_PTRACE");
	child_ended(pid);
}

static void other_user(void)
{
	become_ordinary();
	expect_refused(1, "belongs to user 0: that user or " ROOT_MAY);
}

static void explains_why(void **state)
{
	(void)state;
	child_lives(undumpable);
	child_lives(unknown);
	child_lives(other_capabilities);
	child_lives(ended);
}

static void explains_users_and_groups(void **state)
{
	struct stat st;

	(void)state;
	if (geteuid()) {
		print_message("not root: what another user's process says is tried on process 1\n");
		if (stat("/proc/1", &st) || st.st_uid)
			skip();
	} else {
		child_lives(other_group);
		child_lives(root_is_nothing);
	}
	child_lives(other_user);
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void become_root_of_a_namespace(void)
{
	char users[32], groups[32];

	snprintf(users, sizeof(users), "0 %u 1", geteuid());
	snprintf(groups, sizeof(groups), "0 %u 1", getegid());
	assert_int_equal(unshare(CLONE_NEWUSER), 0);
	put("/proc/self/setgroups", "deny");
	put("/proc/self/uid_map", users);
	put("/proc/self/gid_map", groups);
}

#define SCOPE "/proc/sys/kernel/yama/ptrace_scope"

/* What a kernel with Yama shows, where there may be none. */
static void yama(void)
{
	pid_t pid;

	if (geteuid())
		become_root_of_a_namespace();
	assert_int_equal(unshare(CLONE_NEWNS), 0);
	assert_int_equal(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	assert_int_equal(mount("none", "/proc/sys/kernel", "tmpfs", 0, NULL), 0);
	assert_int_equal(mkdir("/proc/sys/kernel/yama", 0755), 0);
	put(SCOPE, "3\n");
	expect_why(getpid(), "kernel.yama.ptrace_scope is 3: nobody may before a reboot");
	put(SCOPE, "1\n");
	expect_why(getpid(), REFUSED);
	drop_capabilities();
	pid = child_idle();
	expect_why(pid, "kernel.yama.ptrace_scope is 1: " ROOT_MAY ", or set it to 0");
	child_ended(pid);
}

static void explains_yama(void **state)
{
	(void)state;
	child_lives(yama);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_right_socket_or_none),
		cmocka_unit_test(explains_why),
		cmocka_unit_test(explains_users_and_groups),
		cmocka_unit_test(explains_yama),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
