/* SPDX-License-Identifier: MIT */
/* A process that holds 500 connections forks 10^4 times: neither it nor a late child is larger or
 * slower than at first, and 200 generations of children each find the connections alive.
 * variants: children generations
 */
#include "child.h"

enum { CONNECTIONS = 250 /* both ends are ours */, FORKS = 10000, GENERATIONS = 200, PART = 1000 };

static int ends[CONNECTIONS][2];

/* One connection in use; the child is done in no time. */
static int touch(int i)
{
	const int *end = ends[i % CONNECTIONS];
	char c = 0;

	return send(end[0], "t", 1, 0) == 1 && recv(end[1], &c, 1, 0) == 1 && c == 't' ? 0 : 1;
}

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* What the fastest tenth of these forks took, as the rest is the machine's load; dies if a child
 * was not well. */
static int64_t some_forks(int first, int count)
{
	static int64_t took[PART];
	int i;
	pid_t pid;

	for (i = 0; i < count; i++) {
		took[i] = now_us();
		pid = fork();
		if (pid == 0)
			_exit(touch(first + i));
		sure(pid > 0 && child_status(pid) == 0, "child");
		took[i] = now_us() - took[i];
	}
	qsort(took, (size_t)count, sizeof(*took), by_value);
	return took[count / 10];
}

static void children(void)
{
	int64_t first = some_forks(0, PART), last = 0;
	struct footprint before = footprint();

	for (int n = PART; n < FORKS; n += PART)
		last = some_forks(n, PART);
	say_growth(&before);
	say("late forks take no more than three times as long: %d", last <= 3 * first);
}

/* Each is the child of the one before; the last one tells. */
static int generation(int n, const struct footprint *before)
{
	pid_t pid;
	int i, bad = 0;

	for (i = 0; i < 10; i++)
		bad += touch(n * 10 + i);
	if (bad)
		return 1;
	if (n == 2) {
		static struct footprint second;

		second = footprint();
		before = &second;
	}
	if (n == GENERATIONS) {
		say_growth(before);
		return 0;
	}
	pid = fork();
	if (pid == 0)
		_exit(generation(n + 1, before));
	return child_status(pid);
}

int torture(const char *variant)
{
	int i;

	for (i = 0; i < CONNECTIONS; i++)
		tcp_pair(ends[i]);
	for (i = 0; i < CONNECTIONS; i++)
		sure(touch(i) == 0, "touch");
	if (*variant == 'c')
		children();
	else
		say("generations: %d", generation(0, NULL));
	say_alive("after", ends[0]);
	for (i = 0; i < CONNECTIONS; i++)
		close(ends[i][0]), close(ends[i][1]);
	return 0;
}
