/* SPDX-License-Identifier: MIT */
/* close_range with every flag, over every part, and as it must not be called: afterwards just
 * those descriptors are closed that should be, and the rest works.
 * variants: libc syscall
 */
#include "case.h"

#include <fcntl.h>

#ifndef CLOSE_RANGE_CLOEXEC
#include <linux/close_range.h>
#endif

static bool by_syscall;
static int end[2], other[2];

static int range(unsigned first, unsigned last, int flags)
{
	return by_syscall ? (int)syscall(SYS_close_range, first, last, flags)
			  : close_range(first, last, flags);
}

static void look(const char *when)
{
	char c;

	say("%s:", when);
	DO(fcntl(end[0], F_GETFD));
	DO(fcntl(end[1], F_GETFD));
	DO(fcntl(other[0], F_GETFD));
	if (fcntl(end[0], F_GETFD) >= 0 && fcntl(end[1], F_GETFD) >= 0) {
		DO(send(end[0], "x", 1, 0));
		DO(read(end[1], &c, 1));
		DO(option(end[0], SOL_SOCKET, SO_TYPE));
	}
}

static void renew(void)
{
	char c;

	if (fcntl(end[0], F_GETFD) < 0)
		DO(write(end[0], "x", 1));
	if (fcntl(end[1], F_GETFD) < 0)
		DO(recv(end[1], &c, 1, 0));
	close(end[0]), close(end[1]), close(other[0]), close(other[1]);
	tcp_pair(end);
	tcp_pair(other);
}

int torture(const char *variant)
{
	by_syscall = *variant == 's';
	other[0] = other[1] = end[0] = end[1] = -1;
	renew();
	/* What the program chose stays chosen, and a connection refused to be closed stays one. */
	setsockopt(end[0], SOL_SOCKET, SO_KEEPALIVE, &(int){0}, sizeof(int));
	DO(range(end[0], end[0] - 1, 0));
	DO(range(0, ~0U, 0x80));
	DO(range(0, ~0U, -1));
	DO(range(~0U, 0, CLOSE_RANGE_CLOEXEC));
	DO(range(~0U, ~0U, 0));
	DO(range(1U << 31, ~0U, 0));
	look("refused");
	DO(option(end[0], SOL_SOCKET, SO_KEEPALIVE));
	DO(range(end[0], end[1], CLOSE_RANGE_CLOEXEC));
	look("cloexec");
	DO(range(end[0], end[0], CLOSE_RANGE_UNSHARE));
	look("one, unshared");
	renew();
	DO(range(end[0], other[1], CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC));
	look("cloexec, unshared");
	DO(range(other[0], ~0U, 0));
	look("to the end");
	renew();
	DO(range(3, 3, 0));
	DO(range(end[0], end[0], 0));
	look("one");
	renew();
	DO(range(3, 0x7fffffff, CLOSE_RANGE_UNSHARE));
	look("all");
	return 0;
}
