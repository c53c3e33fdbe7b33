/* SPDX-License-Identifier: MIT */
/* Socket options belong to the socket, which parent and child share: what the parent chose for it
 * is still so after a child has used it.
 * variants: fork exec accepted
 */
#include "child.h"

static void choose(int fd)
{
	DO(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &(int){0}, sizeof(int)));
	DO(setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &(int){4}, sizeof(int)));
	DO(setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &(int){7000}, sizeof(int)));
}

static void look(const char *when, int fd)
{
	say("%s: keepalive %d, count %d, user timeout %d", when,
		option(fd, SOL_SOCKET, SO_KEEPALIVE), option(fd, IPPROTO_TCP, TCP_KEEPCNT),
		option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT));
}

static int use(void *fd)
{
	return send(*(int *)fd, "c", 1, 0) == 1 ? 3 : 4;
}

static int use_by_exec(void *fd)
{
	char command[64];

	snprintf(command, sizeof(command), "printf c >&%d; exit 3", *(int *)fd);
	execl("/bin/bash", "bash", "-c", command, (char *)NULL);
	return 99;
}

int torture(const char *variant)
{
	int end[2], fd;
	char c;

	tcp_pair(end);
	fd = end[*variant == 'a'];
	choose(fd);
	look("chosen", fd);
	say("child: %d", in_child(*variant == 'e' ? use_by_exec : use, &fd));
	DO(recv(end[*variant != 'a'], &c, 1, 0));
	look("used", fd);
	say("grandchild: %d", in_child(use, &fd));
	look("used again", fd);
	return 0;
}
