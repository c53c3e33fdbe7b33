/* SPDX-License-Identifier: MIT */
/*
 * A write that has no flag against SIGPIPE, to a dead peer, where there is little room for a
 * handler that the program does not have: bare it is killed.
 * variants: thread altstack
 */
#include "case.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/sendfile.h>

static int file, end[2];

/* sendfile() is what nothing but the backstop covers. */
static void *writes(void *unused)
{
	(void)unused;
	DO(sendfile(end[0], file, &(off_t){0}, 4));
	DO(sendfile(end[0], file, &(off_t){0}, 4));
	return NULL;
}

static void in_small_thread(void)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	sure(pthread_attr_setstacksize(&attr, PTHREAD_STACK_MIN) == 0, "stack size");
	sure(pthread_create(&thread, &attr, writes, NULL) == 0, "thread");
	pthread_join(thread, NULL);
}

/* The smallest alternate stack that can be given: the kernel's own frame may not fit. */
static void with_small_altstack(void)
{
	long page = sysconf(_SC_PAGESIZE), least = sysconf(_SC_MINSIGSTKSZ);
	size_t size = ((size_t)least + page - 1) / page * page;
	char *low =
		mmap(NULL, page + size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	stack_t stack = {.ss_sp = low + page + size - least, .ss_size = (size_t)least};

	sure(low != MAP_FAILED && mprotect(low, page, PROT_NONE) == 0, "mmap");
	sure(sigaltstack(&stack, NULL) == 0, "sigaltstack");
	memset(stack.ss_sp, 0x5a, stack.ss_size);
	writes(NULL);
	say("alternate stack untouched: %d",
		memchr(stack.ss_sp, 0x5a, stack.ss_size) == stack.ss_sp &&
			!memcmp(stack.ss_sp, (char *)stack.ss_sp + 1, stack.ss_size - 1));
}

static int child(const char *variant)
{
	char path[] = "room";

	file = open(path, O_RDWR | O_CREAT, 0600);
	sure(file >= 0 && write(file, "abcd", 4) == 4, path);
	unix_pair(end);
	close(end[1]);
	*variant == 't' ? in_small_thread() : with_small_altstack();
	return 7;
}

int torture(const char *variant)
{
	pid_t pid = fork();

	sure(pid >= 0, "fork");
	if (pid == 0)
		_exit(child(variant));
	say("status %d", child_status(pid));
	view_wanted = false;
	return 0;
}
