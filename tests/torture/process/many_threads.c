/* SPDX-License-Identifier: MIT */
/* 10^4 threads come, use a connection and go: nothing grows.
 * variants: join detach
 */
#include "child.h"

enum { THREADS = 10000, AT_ONCE = 8 };

static int ends[AT_ONCE][2];
static volatile int gone, bad;

static void *use(void *arg)
{
	const int *end = ends[(long)arg % AT_ONCE];
	char c = 0;

	if (write(end[0], "t", 1) != 1 || read(end[1], &c, 1) != 1 || c != 't')
		__atomic_add_fetch(&bad, 1, __ATOMIC_RELEASE);
	__atomic_add_fetch(&gone, 1, __ATOMIC_RELEASE);
	return NULL;
}

static void some(int from, int to, bool join)
{
	pthread_t thread[AT_ONCE];
	pthread_attr_t attributes;

	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(
		&attributes, join ? PTHREAD_CREATE_JOINABLE : PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, 65536);
	for (int n = from; n < to; n += AT_ONCE) {
		for (int i = 0; i < AT_ONCE; i++)
			while (pthread_create(&thread[i], &attributes, use, (void *)(long)i))
				usleep(100);
		for (int i = 0; join && i < AT_ONCE; i++)
			pthread_join(thread[i], NULL);
		await_flag(&gone, n + AT_ONCE);
	}
	pthread_attr_destroy(&attributes);
}

int torture(const char *variant)
{
	struct footprint before;
	bool join = *variant == 'j';
	int i;

	for (i = 0; i < AT_ONCE; i++)
		tcp_pair(ends[i]);
	some(0, THREADS / 10, join);
	before = footprint();
	some(THREADS / 10, THREADS, join);
	if (join)
		say_growth(&before);
	else /* how many stacks libc keeps depends on who ended first */
		say("little growth: %d", footprint().mappings - before.mappings < 50);
	say("wrong: %d", bad);
	for (i = 0; i < AT_ONCE; i++)
		close(ends[i][0]), close(ends[i][1]);
	/* The stacks that libc keeps are as many as ran at once, and that varies. */
	view_wanted = false;
	return 0;
}
