/* SPDX-License-Identifier: MIT */
/*
 * close_all HOW GOOD BAD: a daemon that connects to GOOD, closes everything else, in its way, puts
 * its connection over 0, 1, 2 and every low number, and goes on (R5).  Connecting to BAD, which
 * refuses, and the death of GOOD give a library much to say.  GOOD must receive "hello" and
 * "goodbye" and nothing else.  HOW: close, closefrom, close_range, dup2, dup3, devnull.
 */
#include <fcntl.h>

#include "victim.h"

static void close_everything_but(int fd, const char *how)
{
	if (!strcmp(how, "closefrom")) {
		dup2(fd, 3);
		closefrom(4);
	} else if (!strcmp(how, "close_range")) {
		dup2(fd, 3);
		close_range(4, ~0U, 0);
	} else {
		for (int i = 3; i < 1024; i++)
			if (i != fd)
				close(i);
		dup2(fd, 3);
	}
	for (int i = 0; i < 3; i++)
		close(i);
	if (!strcmp(how, "devnull")) {
		open("/dev/null", O_RDWR);
		dup(0);
		dup(0);
		return;
	}
	/* Its connection over every number that anybody could have kept for himself. */
	for (int i = 0; i < 100; i++)
		if (i != 3 && (strcmp(how, "dup3") ? dup2(3, i) : dup3(3, i, O_CLOEXEC)) != i)
			_exit(3);
}

int main(int argc, char **argv)
{
	struct sockaddr_storage bad;
	socklen_t len;
	int fd, other;

	if (argc != 4)
		return 2;
	len = parse_address(argv[3], &bad);
	fd = dial(argv[2]);
	close_everything_but(fd, argv[1]);
	if (write(3, "hello", 5) != 5)
		_exit(4);
	for (int i = 0; i < 3; i++) {
		other = socket(AF_INET, SOCK_STREAM, 0);
		if (connect(other, (struct sockaddr *)&bad, len) == 0)
			_exit(5);
		close(other);
	}
	if (write(3, "goodbye", 7) != 7)
		_exit(6);
	_exit(0);
}
