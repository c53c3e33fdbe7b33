/* SPDX-License-Identifier: MIT */
/* unshare(CLONE_FILES): two threads have tables of descriptors of their own, in which one number
 * is a connection here and a pipe, a file or nothing there.
 * variants: alone thread pipe
 */
#include "child.h"

#include <sched.h>

static int end[2], turn;

static void pass_to(int who)
{
	__atomic_store_n(&turn, who, __ATOMIC_RELEASE);
}

static void closes_all(void)
{
	char c;

	DO(close_range(3, ~0U, CLOSE_RANGE_UNSHARE));
	DO(write(end[0], "x", 1));
	DO(recv(end[1], &c, 1, 0));
	DO(fcntl(end[0], F_GETFD));
}

/* end[0] is a pipe for us, and SIGPIPE is ours to get. */
static void has_pipe(void)
{
	int pipes[2];
	sigset_t pipe_only, pending;

	sure(unshare(CLONE_FILES) == 0 && pipe(pipes) == 0, "unshare");
	DO(dup2(pipes[1], end[0]) == end[0]);
	DO(dup2(pipes[0], end[1]) == end[1]);
	close(pipes[0]), close(pipes[1]);
	for (int i = 0; i < 3; i++)
		say("through the pipe: %d", (int)write(end[0], "pipe", 4));
	DO(send(end[0], "x", 1, 0));
	char text[16];
	DO(read(end[1], text, 12));
	DO(recv(end[1], text, 1, 0));
	sigemptyset(&pipe_only);
	sigaddset(&pipe_only, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe_only, NULL);
	DO(close(end[1]));
	DO(write(end[0], "x", 1));
	sigpending(&pending);
	say("SIGPIPE pending: %d", sigismember(&pending, SIGPIPE));
	sigtimedwait(&pipe_only, NULL, &(struct timespec){0, 0});
	DO(close(end[0]));
}

static void *other(void *variant)
{
	if (!strcmp(variant, "pipe"))
		has_pipe();
	else
		closes_all();
	pass_to(1);
	await_flag(&turn, 2);
	DO(write(end[0], "x", 1));
	return NULL;
}

int torture(const char *variant)
{
	pthread_t thread;

	tcp_pair(end);
	say_alive("before", end);
	if (!strcmp(variant, "alone")) {
		DO(unshare(CLONE_FILES));
		say_alive("unshared", end);
		DO(close_range(100, 200, CLOSE_RANGE_UNSHARE));
		say_alive("after", end);
		return 0;
	}
	sure(!pthread_create(&thread, NULL, other, (void *)variant), "thread");
	await_flag(&turn, 1);
	say_alive("ours", end);
	DO(shutdown(end[0], SHUT_WR));
	DO(close(end[0]));
	pass_to(2);
	pthread_join(thread, NULL);
	return 0;
}
