/* SPDX-License-Identifier: MIT */
/* A library that does I/O in an IFUNC resolver, in constructors before and after others, and in
 * its destructors.
 * part: of order, plugin
 * cflags: -shared -fPIC
 */
#include "io.h"

#include <sys/epoll.h>

int lib_answer(void);
int lib_io(void);
int lib_close(int fd);

static int answer(void)
{
	return 42;
}

/* Nothing is relocated yet: system calls by number, and calls that need nothing. */
static void *resolve(void)
{
	close(-1);
	if (poll(NULL, 0, 0) != 0 || epoll_wait(-1, NULL, 0, 0) != -1)
		return NULL;
	return answer;
}

int lib_answer(void) __attribute__((ifunc("resolve")));

int lib_io(void)
{
	io_say("library");
	return lib_answer();
}

int lib_close(int fd)
{
	return close(fd);
}

__attribute__((constructor(101))) static void first(void)
{
	io_say("first constructor");
}

__attribute__((constructor)) static void last(void)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGPIPE, SIG_DFL);
	io_say("last constructor");
}

__attribute__((destructor)) static void first_destructor(void)
{
	io_say("first destructor");
}

__attribute__((destructor(101))) static void last_destructor(void)
{
	io_say("last destructor");
}
