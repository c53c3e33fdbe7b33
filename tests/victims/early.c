/* SPDX-License-Identifier: MIT */
/*
 * cflags: -shared -fPIC
 * early.so: socket calls at the worst of times: in an IFUNC resolver, while nobody is relocated
 * yet, and in a constructor, before or after those of other preloaded libraries.  $EARLY holds an
 * address; its server gets "early" from the constructor.
 */
#include <sys/syscall.h>

#include "victim.h"

static int early_answer(void)
{
	return 42;
}

int early_ifunc(void) __attribute__((ifunc("early_resolve")));

/* No libc call of its own may be needed here but those that programs do make: a close of nothing.
 */
static void *early_resolve(void)
{
	close(-1);
	return early_answer;
}

static __attribute__((constructor)) void early_constructor(void)
{
	const char *address = getenv("EARLY");
	int fd, pair[2], on = 1;
	char c;

	if (!address)
		return;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0 || write(pair[0], "a", 1) != 1 ||
		recv(pair[1], &c, 1, 0) != 1 || close(pair[0]) || close(pair[1]))
		_exit(91);
	fd = dial(address);
	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0 || dup2(fd, 77) != 77 ||
		close(fd) < 0)
		_exit(92);
	if (early_ifunc() != 42 || send(77, "early", 5, 0) != 5 || shutdown(77, SHUT_RDWR) < 0)
		_exit(93);
	if (close(77) < 0 || close(77) != -1 || errno != EBADF)
		_exit(94);
}
