/* SPDX-License-Identifier: MIT */
/* SIGPIPE goes to the thread that wrote, before its call returns, and waits there where it is
 * blocked, while seven others write and have it unblocked.
 * variants: tcp unix pipe
 */
#include "ways.h"

#include <malloc.h>

enum { THREADS = 8, ROUNDS = 40 };

static __thread int own;
static int astray; /* signals with another sender's pid, or in a thread that has none due */
static __thread bool due;

static void on_own(int sig, siginfo_t *info, void *context)
{
	own++;
	if (!due || info->si_code != SI_USER || info->si_pid != getpid())
		__atomic_fetch_add(&astray, 1, __ATOMIC_RELAXED);
}

static bool is_pending(void)
{
	sigset_t set;

	return sigpending(&set) == 0 && sigismember(&set, SIGPIPE);
}

/* The results of a thread: calls that failed otherwise, signals that were not one a call. */
static long one(int fd, bool blocked)
{
	long wrong = 0;

	for (size_t w = 0; w < COUNT(WAYS); w++) {
		int before = own;

		if (WAYS[w].write == by_fclose)
			continue; /* raises it twice */
		due = true;
		wrong += WAYS[w].write(fd) == -1 && errno != EPIPE && errno != EINVAL &&
			 errno != EBADF && errno != ENOTSOCK;
		if (blocked) {
			wrong += own != before;
			due = is_pending();
			mask_sigpipe(SIG_UNBLOCK);
			mask_sigpipe(SIG_BLOCK);
		}
		wrong += own - before > 1 || is_pending();
		due = false;
	}
	return wrong;
}

static void *thread(void *at)
{
	int *fd = at;
	bool blocked = *fd % 2;
	long wrong = 0;

	mask_sigpipe(blocked ? SIG_BLOCK : SIG_UNBLOCK);
	for (int i = 0; i < ROUNDS; i++)
		wrong += one(*fd, blocked);
	if (wrong)
		say("wrong: %ld", wrong);
	return (void *)(long)own;
}

int torture(const char *variant)
{
	struct sigaction a = {.sa_sigaction = on_own, .sa_flags = SA_SIGINFO};
	pthread_t threads[THREADS];
	int fd[THREADS], i;
	void *signals;

	mallopt(M_ARENA_MAX, 1); /* how many there would be depends on the run */
	sure(sigaction(SIGPIPE, &a, NULL) == 0, "sigaction");
	for (i = 0; i < THREADS; i++) {
		fd[i] = dead(variant);
		sure(pthread_create(&threads[i], NULL, thread, &fd[i]) == 0, "pthread_create");
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &signals);
		say("thread %d: %ld signals", i, (long)signals);
	}
	for (i = 0; i < THREADS; i++)
		close(fd[i]);
	say("astray: %d, in the first thread: %d", astray, own);
	return 0;
}
