/* SPDX-License-Identifier: MIT */
/* A process of 16 threads that all send forks children, which close what they inherited, use
 * connections of their own and end; nobody's stream notices.
 * variants: exit quick_exit exec traffic Fork
 */
#include "child.h"

enum { THREADS = 16, FORKS = 50 };

static volatile int stop, rounds[THREADS];

static void *sender(void *arg)
{
	int me = (int)(long)arg, end[2];
	bool intact = true;

	tcp_pair(end);
	while (intact && !__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
		intact = stream_intact(end[0], end[1], 1024);
		__atomic_add_fetch(&rounds[me], 1, __ATOMIC_RELEASE);
	}
	close(end[0]);
	close(end[1]);
	return (void *)(long)intact;
}

static int use_own_connection(void)
{
	int end[2], fd;

	for (fd = 3; fd < 64; fd++)
		close(fd);
	tcp_pair(end);
	return stream_intact(end[0], end[1], 4096) && stream_intact(end[1], end[0], 4096) ? 5 : 6;
}

static void child(const char *variant)
{
	switch (*variant) {
	case 'e':
		if (!strcmp(variant, "exit"))
			exit(5);
		execl("/bin/sh", "sh", "-c", "exit 5", (char *)NULL);
		_exit(8);
	case 'q': quick_exit(5);
	default: _exit(use_own_connection());
	}
}

static int forks(const char *variant)
{
	int i, as_wanted = 0;
	pid_t pid;

	for (i = 0; i < FORKS; i++) {
		pid = *variant == 'F' ? _Fork() : fork();
		sure(pid >= 0, "fork");
		if (pid == 0)
			child(variant);
		as_wanted += child_status(pid) == 5;
	}
	return as_wanted;
}

int torture(const char *variant)
{
	pthread_t thread[THREADS];
	void *intact;
	int i, as_wanted, good = 0;

	for (i = 0; i < THREADS; i++)
		sure(!pthread_create(&thread[i], NULL, sender, (void *)(long)i), "thread");
	for (i = 0; i < THREADS; i++)
		await_flag(&rounds[i], 1);
	as_wanted = forks(variant);
	/* All of them went on after the last fork. */
	for (i = 0; i < THREADS; i++)
		await_flag(&rounds[i], rounds[i] + 2);
	__atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
	for (i = 0; i < THREADS; i++) {
		pthread_join(thread[i], &intact);
		good += intact != NULL;
	}
	say("children as wanted: %d of %d, streams intact: %d of %d", as_wanted, FORKS, good,
		THREADS);
	return 0;
}
