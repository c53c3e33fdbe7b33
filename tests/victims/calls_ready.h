/* SPDX-License-Identifier: MIT */
/* Ops of `calls` that wait for an error of the current descriptor, and ways to close it unasked. */
#ifndef CALLS_READY_H
#define CALLS_READY_H

#include <sys/epoll.h>

static long op_ppoll(const char *arg)
{
	return ppoll(&(struct pollfd){fd, POLLIN, 0}, 1, NULL, NULL);
}

/* polls=N: N entries, ours the last. */
static long op_polls(const char *arg)
{
	struct pollfd p[64];
	size_t n = number(arg, 64);

	for (size_t i = 0; i < n; i++)
		p[i] = (struct pollfd){i + 1 == n ? fd : -1, POLLIN, 0};
	return poll(p, n, 60000);
}

static long op_select(const char *arg)
{
	fd_set set;

	FD_ZERO(&set);
	FD_SET(fd, &set);
	return select(fd + 1, &set, NULL, NULL, NULL);
}

static int wait_by(const char *how, int set, struct epoll_event *e)
{
	if (strstr(how, "pwait2"))
		return epoll_pwait2(set, e, 1, NULL, NULL);
	return strstr(how, "pwait") ? epoll_pwait(set, e, 1, -1, NULL) : epoll_wait(set, e, 1, -1);
}

/* epoll[=et,pwait,pwait2]: until the event says ERR. */
static long op_epoll(const char *arg)
{
	struct epoll_event e = {.events = strstr(arg, "et") ? EPOLLET | EPOLLIN | EPOLLRDHUP : 0};
	int set = epoll_create1(0);

	if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &e))
		die("epoll_ctl");
	do
		if (wait_by(arg, set, &e) != 1)
			die("epoll");
	while (!(e.events & EPOLLERR));
	close(set);
	return 1;
}

/* In an epoll set, and not waited for yet. */
static long op_watch(const char *arg)
{
	return epoll_ctl(epoll_create1(0), EPOLL_CTL_ADD, fd, &(struct epoll_event){EPOLLIN});
}

/* epoll tells of an error that is a pipe's. */
static long op_pipeerror(const char *arg)
{
	struct epoll_event e = {EPOLLOUT};
	int set = epoll_create1(0), end[2];

	if (pipe(end) || epoll_ctl(set, EPOLL_CTL_ADD, end[1], &e) || close(end[0]) ||
		epoll_wait(set, &e, 1, -1) != 1 || !(e.events & EPOLLERR))
		die("pipeerror");
	return 0;
}

/* unixnamed=PATH: a connection to a listener of the program's own; else a socketpair(). */
static long op_unixnamed(const char *arg)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};

	strncpy(un.sun_path, arg, sizeof(un.sun_path) - 1);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	unlink(arg);
	if (bind(listener, (struct sockaddr *)&un, sizeof(un)) || listen(listener, 5) ||
		connect(fd, (struct sockaddr *)&un, sizeof(un)))
		die("unixnamed");
	return op_accept("");
}

static long op_unixpair(const char *arg)
{
	int end[2];
	int ret = socketpair(AF_UNIX, SOCK_STREAM, 0, end);

	fd = end[0];
	other = end[1];
	return ret;
}

static long op_closerange(const char *arg)
{
	return close_range(fd, fd, 0);
}

static long op_closefrom(const char *arg)
{
	closefrom(fd);
	return 0;
}

static long op_fclose(const char *arg)
{
	return fclose(fdopen(fd, "r"));
}

static long op_dup2(const char *arg)
{
	return dup2(0, fd) == fd ? 0 : -1;
}

static long op_dup3(const char *arg)
{
	return dup3(0, fd, 0) == fd ? 0 : -1;
}

/* A second descriptor of it, left open. */
static long op_dup(const char *arg)
{
	return dup(fd) < 0 ? -1 : 0;
}

#define CALLS_READY                                                                                \
	{"ppoll", op_ppoll}, {"polls", op_polls}, {"select", op_select}, {"epoll", op_epoll},      \
		{"watch", op_watch}, {"pipeerror", op_pipeerror}, {"unixpair", op_unixpair},       \
		{"unixnamed", op_unixnamed}, {"fclose", op_fclose}, {"closerange", op_closerange}, \
		{"closefrom", op_closefrom}, {"dup2", op_dup2}, {"dup3", op_dup3},                 \
	{                                                                                          \
		"dup", op_dup                                                                      \
	}

#endif
