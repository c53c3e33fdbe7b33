/* SPDX-License-Identifier: MIT */
/* sockmap: whose a socket is, and when that is looked for. */
#include "child_fixture.h"
#include "loopback_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "sockmap.h"

static uint32_t inode_of(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	return (uint32_t)st.st_ino;
}

/* Until when the next scan has to wait, for what the last one cost. */
static int64_t pause_ms(const struct sockmap *m)
{
	return sockmap_cost_ns(m) * SOCKMAP_SHARE / 1000000;
}

static void scan(struct sockmap *m, pid_t first, pid_t second, int64_t now_ms)
{
	sockmap_begin(m);
	assert_int_equal(sockmap_add(m, first, first), 0);
	if (second)
		assert_int_equal(sockmap_add(m, second, second), 0);
	sockmap_end(m, now_ms);
}

static void expect_owner(struct sockmap *m, uint32_t inode, pid_t pid, int fd)
{
	const struct sockmap_owner *owner = sockmap_find(m, inode);

	assert_non_null(owner);
	assert_int_equal(owner->pid, pid);
	assert_int_equal(owner->fd, fd);
}

static void finds_the_lowest_of_ours(void **state)
{
	struct sockmap *m = sockmap_new();
	uint32_t descriptors;
	int side[2], high;

	(void)state;
	connection("127.0.0.1", side);
	high = fcntl(side[0], F_DUPFD_CLOEXEC, 200);
	scan(m, getpid(), 0, 1);
	expect_owner(m, inode_of(side[0]), getpid(), side[0]);
	expect_owner(m, inode_of(side[1]), getpid(), side[1]);
	descriptors = sockmap_descriptors(m);
	assert_true(descriptors >= 3);
	assert_true(sockmap_cost_ns(m) > 0);
	assert_int_equal(dup2(side[1], side[0]), side[0]);
	scan(m, getpid(), 0, 2);
	assert_int_equal(sockmap_descriptors(m), descriptors);
	expect_owner(m, inode_of(high), getpid(), high);
	expect_owner(m, inode_of(side[1]), getpid(), side[0] < side[1] ? side[0] : side[1]);
	for (unsigned i = 0; i < 2; i++)
		close(side[i]);
	close(high);
	sockmap_free(m);
}

static void prefers_the_process_added_first(void **state)
{
	struct sockmap *m = sockmap_new();
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	pid_t pid = child_idle();

	(void)state;
	scan(m, getpid(), pid, 1);
	expect_owner(m, inode_of(fd), getpid(), fd);
	scan(m, pid, getpid(), 2);
	expect_owner(m, inode_of(fd), pid, fd);
	child_ended(pid);
	scan(m, getpid(), 0, 3);
	expect_owner(m, inode_of(fd), getpid(), fd);
	close(fd);
	sockmap_free(m);
}

static void is_due_for_what_is_new(void **state)
{
	struct sockmap *m = sockmap_new();
	int64_t now = 1000;
	int fd;

	(void)state;
	assert_true(sockmap_due(m, now)); /* nothing is known */
	scan(m, getpid(), 0, now);
	now += pause_ms(m);
	assert_false(sockmap_due(m, now));
	fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_null(sockmap_find(m, inode_of(fd)));
	assert_true(sockmap_due(m, now));
	scan(m, getpid(), 0, now);
	assert_false(sockmap_due(m, now + pause_ms(m)));
	expect_owner(m, inode_of(fd), getpid(), fd);
	assert_false(sockmap_due(m, now + 10 * SOCKMAP_AGAIN_MS));
	assert_null(sockmap_find(m, 0)); /* no descriptor: it is nowhere */
	assert_false(sockmap_due(m, now + 10 * SOCKMAP_AGAIN_MS));
	close(fd);
	sockmap_free(m);
}

static void is_due_not_more_often_than_it_costs(void **state)
{
	struct sockmap *m = sockmap_new();
	int64_t now = 1000;

	(void)state;
	sockmap_begin(m);
	while (sockmap_descriptors(m) < 2000) /* some ms, so that there is a pause */
		assert_int_equal(sockmap_add(m, getpid(), getpid()), 0);
	for (unsigned i = 0; i < 1000; i++)
		assert_int_equal(sockmap_add(m, getpid(), getpid()), 0);
	sockmap_end(m, now);
	assert_true(pause_ms(m) > 1);
	sockmap_find(m, UINT32_MAX);
	assert_false(sockmap_due(m, now));
	assert_false(sockmap_due(m, now + pause_ms(m) - 1));
	assert_true(sockmap_due(m, now + pause_ms(m)));
	sockmap_free(m);
}

/* A socket of a program that we do not watch, and that it may pass on to one that we do. */
static void looks_seldom_for_another_programs(void **state)
{
	struct sockmap *m = sockmap_new();
	int64_t now = 1000;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		assert_null(sockmap_find(m, UINT32_MAX));
		assert_true(sockmap_due(m, now));
		scan(m, getpid(), 0, now);
		assert_null(sockmap_find(m, UINT32_MAX));
		assert_false(sockmap_due(m, now + pause_ms(m)));
		assert_false(sockmap_due(m, now + SOCKMAP_AGAIN_MS - 1));
		now += SOCKMAP_AGAIN_MS + pause_ms(m);
		assert_true(sockmap_due(m, now));
	}
	scan(m, getpid(), 0, now); /* asked for before, so it is still known as another's */
	scan(m, getpid(), 0, now); /* and forgotten by now, for nobody asked again */
	assert_false(sockmap_due(m, now + SOCKMAP_AGAIN_MS));
	assert_null(sockmap_find(m, UINT32_MAX));
	assert_true(sockmap_due(m, now + pause_ms(m)));
	sockmap_free(m);
}

static void is_due_when_stale(void **state)
{
	struct sockmap *m = sockmap_new();
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	uint32_t inode = inode_of(fd);

	(void)state;
	scan(m, getpid(), 0, 1);
	close(fd);
	expect_owner(m, inode, getpid(), fd);
	assert_false(sockmap_due(m, 1 + pause_ms(m)));
	sockmap_stale(m);
	assert_true(sockmap_due(m, 1 + pause_ms(m)));
	scan(m, getpid(), 0, 2);
	assert_null(sockmap_find(m, inode));
	assert_false(sockmap_due(m, 2 + pause_ms(m)));
	sockmap_free(m);
}

/* Opens and closes until it is killed. */
static pid_t child_busy(void)
{
	pid_t parent = getpid(), pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent) {
		int fd[64];

		for (unsigned i = 0; i < 64; i++)
			fd[i] = socket(AF_INET, SOCK_STREAM, 0);
		for (unsigned i = 0; i < 64; i++)
			close(fd[i]);
	}
	_exit(0);
}

static void survives_what_closes_meanwhile(void **state)
{
	struct sockmap *m = sockmap_new();
	uint32_t least = UINT32_MAX, most = 0;
	pid_t pid = child_busy();

	(void)state;
	for (unsigned i = 0; i < 3000 && (i < 300 || least == most); i++) {
		scan(m, pid, 0, i);
		least = sockmap_descriptors(m) < least ? sockmap_descriptors(m) : least;
		most = sockmap_descriptors(m) > most ? sockmap_descriptors(m) : most;
	}
	assert_true(least < most);
	child_ended(pid);
	sockmap_free(m);
}

static void says_what_it_cannot_see(void **state)
{
	struct sockmap *m = sockmap_new();
	pid_t pid = child_idle();

	(void)state;
	sockmap_begin(m);
	assert_int_equal(sockmap_add(m, pid, pid), 0);
	child_ended(pid);
	assert_int_equal(sockmap_add(m, pid, pid), -ENOENT);
	sockmap_end(m, 1);
	sockmap_free(m);
	sockmap_free(NULL);
}

static void undumpable(void)
{
	struct sockmap *m = sockmap_new();
	pid_t pid;

	become_ordinary();
	prctl(PR_SET_DUMPABLE, 0);
	pid = child_idle();
	sockmap_begin(m);
	assert_int_equal(sockmap_add(m, pid, pid), -EPERM);
	child_ended(pid);
}

static void says_what_it_may_not_see(void **state)
{
	(void)state;
	child_lives(undumpable);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_lowest_of_ours),
		cmocka_unit_test(prefers_the_process_added_first),
		cmocka_unit_test(is_due_for_what_is_new),
		cmocka_unit_test(is_due_not_more_often_than_it_costs),
		cmocka_unit_test(looks_seldom_for_another_programs),
		cmocka_unit_test(is_due_when_stale),
		cmocka_unit_test(survives_what_closes_meanwhile),
		cmocka_unit_test(says_what_it_cannot_see),
		cmocka_unit_test(says_what_it_may_not_see),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
