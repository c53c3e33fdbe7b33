/* SPDX-License-Identifier: MIT */
/* A program closes every descriptor that it may have, as daemons do, and goes on with new ones at
 * the same numbers.
 * variants: close closefrom close_range syscall instruction fclose
 */
#include "case.h"

#include <fcntl.h>

enum { CONNECTIONS = 20, LAST = 1024 };

static int ends[CONNECTIONS][2];

static const char *access_mode(int fd)
{
	int mode = fcntl(fd, F_GETFL) & O_ACCMODE;

	return mode == O_RDONLY ? "r" : mode == O_WRONLY ? "w" : "r+";
}

static void close_by(const char *variant)
{
	if (!strcmp(variant, "closefrom")) {
		closefrom(3);
		return;
	}
	if (!strcmp(variant, "close_range")) {
		DO(close_range(3, ~0U, 0));
		return;
	}
	for (int fd = 3; fd < LAST; fd++)
		if (!strcmp(variant, "close"))
			close(fd);
		else if (!strcmp(variant, "syscall"))
			syscall(SYS_close, fd);
		else if (!strcmp(variant, "fclose") && fcntl(fd, F_GETFD) >= 0)
			fclose(fdopen(fd, access_mode(fd)));
		else
			unseen_syscall(SYS_close, fd, 0, 0, 0, 0, 0);
}

static void use_all(void)
{
	char c;
	int i, good = 0;

	for (i = 0; i < CONNECTIONS; i++)
		good += send(ends[i][0], "x", 1, 0) == 1 && read(ends[i][1], &c, 1) == 1 &&
			write(ends[i][1], "y", 1) == 1 && recv(ends[i][0], &c, 1, 0) == 1;
	say("in order: %d of %d", good, CONNECTIONS);
}

/* The same numbers, other kinds. */
static void open_others(void)
{
	for (int i = 0; i < CONNECTIONS; i++)
		if (i % 3 == 0)
			sure(pipe(ends[i]) == 0, "pipe");
		else if (i % 3 == 1)
			unix_pair(ends[i]);
		else
			sure(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends[i]) == 0, "seqpacket");
}

int torture(const char *variant)
{
	int i, round;
	char c;

	for (round = 0; round < 3; round++) {
		for (i = 0; i < CONNECTIONS; i++)
			tcp_pair(ends[i]);
		use_all();
		close_by(variant);
		DO(send(ends[1][0], "x", 1, 0));
		DO(read(ends[2][0], &c, 1));
		DO(fcntl(ends[3][0], F_GETFD));
		open_others();
		for (i = 0; i < CONNECTIONS; i++)
			sure(write(ends[i][1], "p", 1) == 1 && read(ends[i][0], &c, 1) == 1,
				"other");
		DO(send(ends[0][1], "x", 1, 0));
		close_by(variant);
	}
	return 0;
}
