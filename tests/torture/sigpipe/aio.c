/* SPDX-License-Identifier: MIT */
/* aio_write() to a dead peer: a thread of libc's writes, with all signals blocked; none arrives. */
#include "dead.h"

#include <aio.h>

int torture(const char *variant)
{
	view_wanted = false; /* that thread may or may not be idle still */
	set_siginfo(0);
	for (size_t k = 0; k < COUNT(KINDS); k++) {
		int fd = dead(KINDS[k]);
		struct aiocb cb = {.aio_fildes = fd, .aio_buf = "y", .aio_nbytes = 1};
		const struct aiocb *const list[] = {&cb};

		sure(aio_write(&cb) == 0, "aio_write");
		while (aio_error(&cb) == EINPROGRESS)
			aio_suspend(list, 1, NULL);
		say("%s: %zd %s", KINDS[k], aio_return(&cb), errname(aio_error(&cb)));
		say_pending("after it");
		say_caught("after it");
		DO(close(fd));
	}
	return 0;
}
