/* SPDX-License-Identifier: MIT */
/* Little room on the stack: threads of PTHREAD_STACK_MIN, a main stack of 64 KiB, a SIGPIPE handler
 * on the smallest alternate stack.
 * variants: thread main altstack exec
 */
#include "wrapped.h"

#include <limits.h>
#include <spawn.h>
#include <sys/auxv.h>
#include <sys/resource.h>

extern char **environ;

static void in_thread(void *(*what)(void *))
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	sure(pthread_attr_setstacksize(&attr, PTHREAD_STACK_MIN) == 0, "stacksize");
	sure(pthread_create(&thread, &attr, what, NULL) == 0, "thread");
	pthread_join(thread, NULL);
}

static void *all(void *arg)
{
	wrapped_all();
	return arg;
}

/* Other programs are started from there too, and posix_spawn() has a stack of its own. */
static void *start(void *arg)
{
	char *argv[] = {"sh", "-c", "exit 7", NULL};
	pid_t pid;

	DO(posix_spawn(&pid, "/bin/sh", NULL, NULL, argv, environ));
	say("status %d", child_status(pid));
	DO(posix_spawnp(&pid, "sh", NULL, NULL, argv, environ));
	say("status %d", child_status(pid));
	pid = vfork();
	if (!pid) {
		execvp("sh", argv);
		_exit(9);
	}
	say("status %d", child_status(pid));
	pid = fork();
	if (!pid) {
		execl("/bin/sh", "sh", "-c", "exit 8", NULL);
		_exit(9);
	}
	say("status %d", child_status(pid));
	return arg;
}

static int pair[2], handled;

/* In it: a death again, and what handlers do. */
static void on_sigpipe(int sig)
{
	int err = errno;
	char c = 0;

	handled += sig == SIGPIPE;
	if (write(pair[1], "x", 1) != 1 || read(pair[0], &c, 1) != 1)
		handled = -1000;
	close(-1);
	errno = err;
}

static void on_small_altstack(void)
{
	/* The kernel's frame, and room for a handler that calls. */
	size_t size = getauxval(AT_MINSIGSTKSZ) + 1536;
	struct sigaction on = {.sa_handler = on_sigpipe, .sa_flags = SA_ONSTACK | SA_RESTART};
	stack_t s = {0};
	int end[2];
	char *memory;

	size = size < 2048 ? 2048 : size;
	memory = malloc(size + 4096);
	memset(memory, 0x5a, size + 4096);
	s.ss_sp = memory + 4096;
	s.ss_size = size;
	unix_pair(pair);
	sure(sigaltstack(&s, NULL) == 0 && sigaction(SIGPIPE, &on, NULL) == 0, "altstack");
	tcp_pair(end);
	reset(end, 1);
	DO(write(end[0], "x", 1));
	for (int i = 0; i < 5; i++)
		DO(write(end[0], "x", 1));
	DO(send(end[0], "x", 1, 0));
	say("handled %d", handled);
	for (int i = 0; i < 4096; i++)
		sure(memory[i] == 0x5a, "below the alternate stack");
	s.ss_flags = SS_DISABLE;
	sigaltstack(&s, NULL);
}

static void on_small_main_stack(void)
{
	const struct rlimit small = {64 << 10, 64 << 10};
	pid_t pid = fork();

	if (!pid) {
		setrlimit(RLIMIT_STACK, &small);
		execl("/proc/self/exe", "stack", "small", NULL);
		_exit(98);
	}
	say("status %d", child_status(pid));
}

int torture(const char *variant)
{
	if (!strcmp(variant, "thread"))
		in_thread(all);
	else if (!strcmp(variant, "exec"))
		in_thread(start);
	else if (!strcmp(variant, "altstack"))
		on_small_altstack();
	else if (!strcmp(variant, "main"))
		on_small_main_stack();
	else
		wrapped_all();
	return 0;
}
