/* SPDX-License-Identifier: MIT */
/* The descriptor table and its connections: words, holders, generations, fork and vfork. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/connpool.h"

static int open_table(void **state)
{
	(void)state;
	return fdtab_open(false);
}

static void words_hold_kind_flags_and_connection(void **state)
{
	fdtab_word w = fdtab_make(FDTAB_TCP | FDTAB_FRESH, 0x123456, 0xabcdef);

	(void)state;
	assert_int_equal(fdtab_kind(w), FDTAB_STREAM);
	assert_int_equal(fdtab_flags_of(w), FDTAB_TCP | FDTAB_FRESH);
	assert_int_equal(fdtab_conn(w), 0x123456);
	assert_int_equal(fdtab_generation(w), 0xabcdef);
	assert_false(fdtab_plain(w));
	assert_true(fdtab_plain(FDTAB_PLAIN));
	assert_int_equal(fdtab_kind(fdtab_load(-1)), FDTAB_OUTSIDE);
	assert_int_equal(fdtab_kind(fdtab_load((int)fdtab_limit)), FDTAB_OUTSIDE);
	assert_int_equal(fdtab_kind(fdtab_load((int)fdtab_limit - 1)), FDTAB_UNKNOWN);
}

static void flags_change_only_for_the_same_connection(void **state)
{
	fdtab_word w = fdtab_make(FDTAB_TCP, 7, 1), other = fdtab_make(FDTAB_TCP, 7, 2);

	(void)state;
	fdtab_exchange(9, w);
	fdtab_flags(9, other, FDTAB_CONDEMNED, 0);
	assert_int_equal(fdtab_load(9), w);
	fdtab_flags(9, w, FDTAB_CONDEMNED, FDTAB_TCP);
	assert_int_equal(fdtab_flags_of(fdtab_load(9)), FDTAB_CONDEMNED);
	fdtab_forget(9, other);
	assert_int_equal(fdtab_kind(fdtab_load(9)), FDTAB_STREAM);
	fdtab_forget(9, fdtab_load(9));
	assert_int_equal(fdtab_load(9), FDTAB_UNKNOWN);
	assert_true(fdtab_top() >= 10);
}

static void a_connection_ends_with_its_last_holder(void **state)
{
	fdtab_word w = connpool_take(FDTAB_TCP), again;
	struct conn *c = connpool_get(w);

	(void)state;
	assert_non_null(c);
	c->rule = 3;
	assert_true(connpool_hold(w));
	assert_int_equal(connpool_drop(w), 0);
	assert_ptr_equal(connpool_get(w), c);
	assert_int_equal(connpool_drop(w), 1);
	connpool_free(w);
	assert_null(connpool_get(w)); /* the word is stale */
	assert_false(connpool_hold(w));
	assert_int_equal(connpool_drop(w), 0);
	again = connpool_take(FDTAB_TCP);
	assert_int_equal(fdtab_conn(again), fdtab_conn(w)); /* the same place, a new generation */
	assert_int_not_equal(fdtab_generation(again), fdtab_generation(w));
	assert_int_equal(connpool_get(again)->rule, 0);
	connpool_drop(again);
	connpool_free(again);
}

static void generations_wrap(void **state)
{
	fdtab_word w = connpool_take(0), next;
	struct conn *c = connpool_get(w);

	(void)state;
	atomic_store(&c->generation, 0xffffff);
	w = fdtab_make(0, fdtab_conn(w), 0xffffff);
	assert_int_equal(connpool_drop(w), 1);
	connpool_free(w);
	next = connpool_take(0);
	assert_int_equal(fdtab_generation(next), 0);
	assert_ptr_equal(connpool_get(next), c);
	connpool_drop(next);
	connpool_free(next);
}

static void a_used_up_pool_gives_connection_0(void **state)
{
	static fdtab_word taken[1 << 18];
	unsigned n = 0;
	fdtab_word w;

	(void)state;
	while (fdtab_conn(w = connpool_take(FDTAB_TCP))) {
		assert_in_range(n, 0, (1 << 18) - 1);
		taken[n++] = w;
	}
	assert_int_equal(fdtab_flags_of(w), FDTAB_TCP);
	assert_null(connpool_get(w));
	while (n) {
		assert_int_equal(connpool_drop(taken[--n]), 1);
		connpool_free(taken[n]);
	}
	assert_int_not_equal(fdtab_conn(w = connpool_take(0)), 0);
	connpool_drop(w);
	connpool_free(w);
}

/* Runs check in a fork child; its exit status. */
static int in_a_fork_child(int (*check)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(check());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int starts_empty_and_moves_in(void)
{
	return fdtab_load(5) == FDTAB_UNKNOWN && fdtab_mine() &&
	       fdtab_conn(connpool_take(0)) == 1 && fdtab_top() == 0;
}

static void a_fork_child_starts_empty(void **state)
{
	(void)state;
	fdtab_exchange(5, FDTAB_PLAIN);
	assert_true(fdtab_mine());
	assert_int_equal(in_a_fork_child(starts_empty_and_moves_in), 1);
	assert_int_equal(fdtab_load(5), FDTAB_PLAIN);
}

static int vfork_child_owns(void)
{
	int status = -1;
	pid_t pid = vfork();

	if (pid == 0)
		_exit(fdtab_mine());
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

/* The vfork child comes first, before the fork child has moved in. */
static int vfork_child_first(void)
{
	return vfork_child_owns() == 0 && fdtab_mine() && vfork_child_owns() == 0;
}

static void *owns(void *unused)
{
	(void)unused;
	return (void *)(uintptr_t)fdtab_mine();
}

static int thread_first(void)
{
	pthread_t thread;
	void *mine;

	pthread_create(&thread, NULL, owns, NULL);
	pthread_join(thread, &mine);
	return mine != NULL;
}

static void a_vfork_child_never_owns(void **state)
{
	(void)state;
	assert_int_equal(vfork_child_owns(), 0);
	assert_int_equal(in_a_fork_child(vfork_child_first), 1);
	assert_int_equal(in_a_fork_child(thread_first), 1);
}

static void *churn(void *seed)
{
	unsigned n = (unsigned)(uintptr_t)seed;

	for (int i = 0; i < 20000; i++) {
		fdtab_word w = connpool_take(FDTAB_TCP);
		struct conn *c = connpool_get(w);
		uint64_t mine = (uint64_t)n << 32 | (unsigned)i;

		c->cookie = mine;
		connpool_hold(w);
		if (c->cookie != mine || connpool_drop(w) || !connpool_drop(w))
			return "a connection had two owners";
		connpool_free(w);
	}
	return NULL;
}

static void threads_never_share_a_connection(void **state)
{
	pthread_t thread[4];
	void *wrong;

	(void)state;
	for (uintptr_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, churn, (void *)i), 0);
	for (int i = 0; i < 4; i++) {
		pthread_join(thread[i], &wrong);
		assert_null(wrong);
	}
}

static void shut_is_outside(void **state)
{
	(void)state;
	fdtab_exchange(5, FDTAB_PLAIN);
	fdtab_shut();
	assert_int_equal(fdtab_kind(fdtab_load(5)), FDTAB_OUTSIDE);
	assert_false(fdtab_mine());
	fdtab_reopen();
	assert_int_equal(fdtab_load(5), FDTAB_PLAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_hold_kind_flags_and_connection),
		cmocka_unit_test(flags_change_only_for_the_same_connection),
		cmocka_unit_test(a_connection_ends_with_its_last_holder),
		cmocka_unit_test(generations_wrap),
		cmocka_unit_test(a_used_up_pool_gives_connection_0),
		cmocka_unit_test(a_fork_child_starts_empty),
		cmocka_unit_test(a_vfork_child_never_owns),
		cmocka_unit_test(threads_never_share_a_connection),
		cmocka_unit_test(shut_is_outside),
	};

	return cmocka_run_group_tests_name("fdtab", tests, open_table, NULL);
}
