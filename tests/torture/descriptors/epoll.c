/* SPDX-License-Identifier: MIT */
/* What an epoll set holds is the open socket, not its number: it stays in the set after the number
 * is closed while a copy lives, and leaves it with the last one.
 * variants: close dup reuse fork oneshot
 */
#include "case.h"

#include <sys/epoll.h>

static int set;

static void add(int fd, uint32_t events, uint64_t mark)
{
	struct epoll_event e = {.events = events, .data.u64 = mark};

	DO(epoll_ctl(set, EPOLL_CTL_ADD, fd, &e));
}

static void look(const char *when)
{
	struct epoll_event e[8];
	int i, n = epoll_wait(set, e, 8, 0);

	say("%s: %d", when, n);
	for (i = 0; i < n; i++)
		say("  events %x of %llx", e[i].events, (unsigned long long)e[i].data.u64);
}

static void reuse(int fd)
{
	int pair[2], copy = dup(fd);

	DO(close(fd));
	look("closed, a copy lives");
	unix_pair(pair);
	say("same number: %d", pair[0] == fd || pair[1] == fd);
	add(fd, EPOLLOUT, 0xfeedfeedfeedULL);
	look("another one there");
	DO(epoll_ctl(set, EPOLL_CTL_DEL, fd, NULL));
	DO(epoll_ctl(set, EPOLL_CTL_DEL, copy, NULL));
	DO(dup2(copy, fd) == fd); /* the same socket at the same number again */
	DO(epoll_ctl(set, EPOLL_CTL_DEL, fd, NULL));
	DO(close(copy));
	look("taken out");
}

static void in_fork(int fd)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(close(fd));
	say("status %d", child_status(pid));
	look("closed by a child");
	pid = fork();
	if (pid == 0)
		_exit(epoll_ctl(set, EPOLL_CTL_DEL, fd, NULL) ? 1 : 2);
	say("status %d", child_status(pid));
	look("taken out by a child");
}

static void oneshot(int fd, int other)
{
	struct epoll_event e = {.events = EPOLLIN | EPOLLONESHOT, .data.ptr = &e};
	char c;

	DO(epoll_ctl(set, EPOLL_CTL_MOD, fd, &e));
	say("events: %d", epoll_wait(set, &e, 1, 0));
	say("again: %d", epoll_wait(set, &e, 1, 0));
	DO(recv(fd, &c, 1, 0));
	DO(epoll_ctl(set, EPOLL_CTL_MOD, fd,
		&(struct epoll_event){.events = EPOLLIN | EPOLLET | EPOLLRDHUP}));
	DO(shutdown(other, SHUT_WR));
	await(fd, POLLIN);
	look("half closed");
	look("edge seen");
}

int torture(const char *variant)
{
	int end[2], copy;

	tcp_pair(end);
	sure(dup(0) == 3, "dup");
	set = epoll_create1(0);
	add(end[0], EPOLLIN, 1);
	add(end[0], EPOLLIN, 2); /* EEXIST */
	DO(send(end[1], "x", 1, 0));
	await(end[0], POLLIN);
	look("readable");
	if (!strcmp(variant, "close")) {
		DO(close(end[0]));
	} else if (!strcmp(variant, "dup")) {
		copy = dup(end[0]);
		add(copy, EPOLLOUT, 3);
		DO(close(end[0]));
		look("closed, a copy lives");
		DO(close(copy));
	} else if (!strcmp(variant, "reuse")) {
		reuse(end[0]);
	} else if (!strcmp(variant, "fork")) {
		in_fork(end[0]);
	} else {
		oneshot(end[0], end[1]);
	}
	look("at the end");
	DO(epoll_ctl(set, EPOLL_CTL_DEL, -1, NULL));
	DO(epoll_ctl(set, EPOLL_CTL_ADD, set, &(struct epoll_event){0}));
	DO(epoll_ctl(set, EPOLL_CTL_ADD, end[1], NULL));
	return 0;
}
