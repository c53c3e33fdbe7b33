/* SPDX-License-Identifier: MIT */
/* One thread puts a filter in, for itself or (tsync) for all, while others send and receive.
 * variants: prctl syscall tsync
 */
#include "filter.h"

enum { THREADS = 4, ROUNDS = 500 };

static int end[THREADS][2], rounds[THREADS], stop, resets;

/* Reads and writes only; its peer dies in the end. */
static void *talk(void *arg)
{
	long i = (long)arg;
	char c;

	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
		if (write(end[i][0], "x", 1) != 1 || read(end[i][1], &c, 1) != 1)
			return NULL;
		__atomic_add_fetch(&rounds[i], 1, __ATOMIC_RELEASE);
	}
	close(end[i][1]); /* a reset: see SO_LINGER */
	if (read(end[i][0], &c, 1) == -1 && errno == ECONNRESET && write(end[i][0], "x", 1) == -1 &&
		errno == EPIPE && close(end[i][0]) == 0)
		__atomic_add_fetch(&resets, 1, __ATOMIC_ACQ_REL);
	return NULL;
}

static void await_rounds(int more)
{
	for (int i = 0; i < THREADS; i++)
		await_flag(&rounds[i], __atomic_load_n(&rounds[i], __ATOMIC_ACQUIRE) + more);
}

/* What every thread needs, and what its end needs. */
static void allow(struct filter *f)
{
	filter_begin(f);
	ALLOW(f, SYS_read, SYS_write, SYS_close, SYS_futex, SYS_exit, SYS_exit_group,
		SYS_clock_nanosleep, SYS_madvise, SYS_rt_sigprocmask, SYS_munmap, SYS_mmap,
		SYS_mprotect, SYS_brk);
}

static void *install(void *variant)
{
	struct filter f;
	struct sock_fprog prog = {.filter = f.op};

	allow(&f);
	if (strcmp(variant, "tsync") != 0) {
		filter_install(&f, SECCOMP_RET_KILL_PROCESS, variant);
	} else {
		filter_op(&f,
			(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
		prog.len = f.n;
		sure(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs");
		DO(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &prog));
	}
	return talk((void *)0L);
}

int torture(const char *variant)
{
	struct linger at_once = {1, 0};
	pthread_t thread[THREADS];
	bool all = !strcmp(variant, "tsync");

	signal(SIGPIPE, SIG_IGN);
	for (int i = 0; i < THREADS; i++) {
		tcp_pair(end[i]);
		setsockopt(end[i][1], SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	}
	for (long i = 1; i < THREADS; i++)
		pthread_create(&thread[i], NULL, talk, (void *)i);
	for (int i = 1; i < THREADS; i++)
		await_flag(&rounds[i], ROUNDS);
	pthread_create(&thread[0], NULL, install, (void *)variant);
	await_flag(&rounds[0], ROUNDS);
	await_rounds(ROUNDS);
	__atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	say("resets %d", resets);
	view_wanted = !all;
	return 0;
}
