/* SPDX-License-Identifier: MIT */
/* A program with functions of its own named as libc's: its own are called, and its own only, and
 * what they do unseen harms nobody.
 * cflags: -rdynamic
 */
#include "io.h"

static int closes, reads, sends, sigactions;

/* NOLINTBEGIN: libc's names are the point. */
int close(int fd)
{
	long rc = unseen_syscall(SYS_close, fd, 0, 0, 0, 0, 0);

	closes++;
	if (rc < 0)
		errno = (int)-rc;
	return rc < 0 ? -1 : (int)rc;
}

ssize_t read(int fd, void *buf, size_t len)
{
	long rc = unseen_syscall(SYS_read, fd, (long)buf, (long)len, 0, 0, 0);

	reads++;
	if (rc < 0)
		errno = (int)-rc;
	return rc < 0 ? -1 : rc;
}

ssize_t send(int fd, const void *buf, size_t len, int flags)
{
	long rc = unseen_syscall(SYS_sendto, fd, (long)buf, (long)len, flags, 0, 0);

	sends++;
	if (rc < 0)
		errno = (int)-rc;
	return rc < 0 ? -1 : rc;
}
/* NOLINTEND */

static void count(const char *when)
{
	say("%s: closes %d, reads %d, sends %d, sigactions %d", when, closes, reads, sends,
		sigactions);
}

int torture(const char *variant)
{
	char buf[8];
	FILE *f;
	int end[2];

	(void)variant;
	count("at start");
	io_say("own");
	count("after I/O");
	/* libc's own calls are its own. */
	f = fopen("/proc/self/stat", "re");
	sure(f && fgets(buf, sizeof(buf), f) && fclose(f) == 0, "stdio");
	count("after stdio");
	for (int i = 0; i < 5; i++) {
		tcp_pair(end);
		DO(write(end[0], "x", 1));
		DO(recv(end[1], buf, 1, 0));
		DO(close(end[0]));
		DO(close(end[1]));
		DO(socketpair(AF_UNIX, i % 2 ? SOCK_DGRAM : SOCK_STREAM, 0, end));
		DO(write(end[0], "x", 1));
		DO(recv(end[1], buf, sizeof(buf), 0));
		DO(close(end[0]));
		DO(close(end[1]));
	}
	count("in the end");
	return 0;
}
