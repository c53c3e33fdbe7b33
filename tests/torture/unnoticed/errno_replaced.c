/* SPDX-License-Identifier: MIT */
/* A socket's number is given to a file, a pipe or a terminal by a raw system call: what is written
 * there arrives, and a successful call leaves errno as it was.
 * variants: tcp unix
 */
#include "case.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/uio.h>

static void replace(int fd, int by)
{
	sure(by >= 0 && unseen_syscall(SYS_dup2, by, fd, 0, 0, 0, 0) == fd, "dup2");
}

static void writes(int fd)
{
	struct iovec iov[2] = {{"ef", 2}, {"g", 1}};

	DO(write(fd, "abcd", 4));
	DO(write(fd, "", 0));
	DO(writev(fd, iov, 2));
	DO(send(fd, "x", 1, 0));
	DO(write(fd, "h", 1));
}

/* A socket that is known by its use, and then its number is another thing's, by the same calls. */
static void as(const char *variant, const char *what, int by)
{
	int end[2];

	if (*variant == 't')
		tcp_pair(end);
	else
		unix_pair(end);
	say("%s", what);
	DO(write(end[0], "1", 1));
	replace(end[0], by);
	writes(end[0]);
	close(end[0]);
	close(end[1]);
	close(by);
}

int torture(const char *variant)
{
	int ends[2];
	int terminal = posix_openpt(O_RDWR | O_NOCTTY);

	sure(pipe(ends) == 0, "pipe");
	as(variant, "file", open("file", O_WRONLY | O_CREAT, 0600));
	as(variant, "pipe", ends[1]);
	as(variant, "terminal", terminal);
	as(variant, "read only", open("/dev/null", O_RDONLY));
	return 0;
}
