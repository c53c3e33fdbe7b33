/* SPDX-License-Identifier: MIT */
/* Ways to end: what runs at the end can still use its connections, and the status is the
 * program's own.
 * variants: exit quick _exit thread_exits thread__exits main_leaves abort killed destructor
 */
#include "child.h"

#include <sys/resource.h>

static int end[2];
static bool at_end;

static void use_at_exit(void)
{
	int other[2];

	say_alive("at exit", end);
	unix_pair(other);
	say_alive("a new one", other);
	DO(close(end[0]));
	DO(shutdown(end[1], SHUT_WR));
}

/* After the handlers, and after our library's own destructors if it had any. */
__attribute__((destructor)) static void last(void)
{
	if (at_end)
		say_alive("destructor", end);
}

static void *ends_all(void *variant)
{
	if (!strcmp(variant, "thread_exits"))
		exit(7);
	_exit(8);
}

static void *goes_on(void *main_thread)
{
	pthread_join(*(pthread_t *)main_thread, NULL);
	for (int i = 0; i < 5; i++)
		say_alive("without main", end);
	say("threads left: %d", stream_intact(end[0], end[1], 256));
	return NULL;
}

static int child(void *arg)
{
	const char *variant = arg;
	static pthread_t self, thread;

	if (!strcmp(variant, "exit")) {
		atexit(use_at_exit);
		exit(5);
	}
	if (!strcmp(variant, "quick")) {
		at_quick_exit(use_at_exit);
		quick_exit(6);
	}
	if (!strcmp(variant, "destructor")) {
		at_end = true;
		exit(9);
	}
	if (!strcmp(variant, "abort"))
		abort();
	if (!strcmp(variant, "killed"))
		raise(SIGKILL);
	if (!strncmp(variant, "thread", 6)) {
		atexit(use_at_exit);
		sure(!pthread_create(&thread, NULL, ends_all, arg), "thread");
		for (;;)
			pause();
	}
	if (!strcmp(variant, "main_leaves")) {
		self = pthread_self();
		sure(!pthread_create(&thread, NULL, goes_on, &self), "thread");
		pthread_exit(NULL);
	}
	_exit(4);
}

int torture(const char *variant)
{
	char c;

	tcp_pair(end);
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	say("status %d", in_child(child, (void *)variant));
	/* Unless the child has shut it down, it is as it was. */
	DO(recv(end[0], &c, 1, MSG_DONTWAIT));
	DO(send(end[0], "x", 1, 0));
	DO(recv(end[1], &c, 1, 0));
	return 0;
}
