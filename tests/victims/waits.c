/* SPDX-License-Identifier: MIT */
/* Waits in every way there is, and says of each: call, descriptor, how many, ms, result, errno.
 * cflags: -Wno-stringop-overflow
 */
#include "victim.h"

#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/wait.h>

int __poll_chk(struct pollfd *fds, nfds_t n, int timeout, size_t len);
int __ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask,
	size_t len);

#define WAIT(name, fd, asked, ms, call)                                  \
	do {                                                             \
		int ret_ = (call);                                       \
                                                                         \
		printf("%s %d %d %d %d %s\n", name, fd, asked, ms, ret_, \
			ret_ < 0 ? strerrorname_np(errno) : "-");        \
	} while (0)

static fd_set *only(fd_set *set, int fd)
{
	FD_ZERO(set);
	FD_SET(fd, set);
	return set;
}

static void polls(struct pollfd *p)
{
	const int ready = p[0].fd, silent = p[1].fd;
	const struct timespec t = {0, 1500001}, never = {0, -1};

	WAIT("poll", ready, 1, -1, poll(p, 1, -7));
	WAIT("poll", ready, 1, 0, poll(p, 1, 0));
	WAIT("poll", -1, 2, 250, __poll_chk(p, 2, 250, 2 * sizeof(*p)));
	WAIT("poll", silent, 1, 20, poll(p + 1, 1, 20));
	WAIT("poll", -1, 0, 1, poll(NULL, 0, 1));
	WAIT("poll", -1, 1, 5, poll((void *)16, 1, 5));
	WAIT("ppoll", ready, 1, 2, ppoll(p, 1, &t, NULL));
	WAIT("ppoll", silent, 1, 2, __ppoll_chk(p + 1, 1, &t, NULL, sizeof(*p)));
	WAIT("ppoll", -1, 2, -1, ppoll(p, 2, NULL, NULL));
	WAIT("ppoll", -1, 1, -1, ppoll(p, 1, &never, NULL));
}

static void selects(int ready, int silent)
{
	struct timeval left = {1, 2500001};
	struct timespec t = {2, 0};
	fd_set set;

	WAIT("select", -1, 10, 3501, select(10, only(&set, ready), NULL, NULL, &left));
	WAIT("select", -1, 10, 30,
		select(10, only(&set, silent), NULL, NULL, &(struct timeval){0, 30000}));
	WAIT("select", -1, 10, -1, select(10, only(&set, ready), NULL, NULL, NULL));
	WAIT("pselect", -1, 10, 2000, pselect(10, only(&set, ready), NULL, NULL, &t, NULL));
	WAIT("pselect", -1, 10, -1, pselect(10, only(&set, ready), NULL, NULL, NULL, NULL));
}

static void epolls(int ready)
{
	struct epoll_event e = {.events = EPOLLIN};
	struct timespec t = {1, 1};
	int set = epoll_create1(0);

	epoll_ctl(set, EPOLL_CTL_ADD, ready, &e);
	WAIT("epoll_wait", set, 5, -1, epoll_wait(set, (struct epoll_event[5]){0}, 5, -1));
	WAIT("epoll_wait", set, 1, 0, epoll_wait(set, &e, 1, 0));
	WAIT("epoll_pwait", set, 1, 70, epoll_pwait(set, &e, 1, 70, NULL));
	WAIT("epoll_pwait2", set, 1, 1001, epoll_pwait2(set, &e, 1, &t, NULL));
	WAIT("epoll_pwait2", set, 1, -1, epoll_pwait2(set, &e, 1, NULL, NULL));
	WAIT("epoll_pwait2", set, 1, -1, epoll_pwait2(set, &e, 1, (void *)16, NULL));
}

static void on_alarm(int sig)
{
	(void)sig;
}

int main(void)
{
	int end[2];

	setvbuf(stdout, NULL, _IOLBF, 0);
	poll(NULL, 0, 1); /* no socket yet: not recorded */
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, end) < 0 || write(end[1], "x", 1) != 1)
		die("socketpair");
	polls((struct pollfd[]){{end[0], POLLIN, 0}, {end[1], POLLIN, 0}});
	selects(end[0], end[1]);
	epolls(end[0]);
	signal(SIGALRM, on_alarm);
	ualarm(50000, 0);
	WAIT("poll", end[1], 1, 10000, poll(&(struct pollfd){end[1], POLLIN, 0}, 1, 10000));
	if (fork() == 0) {
		WAIT("poll", end[0], 1, 3, poll(&(struct pollfd){end[0], POLLIN, 0}, 1, 3));
		_exit(0);
	}
	wait(NULL);
	return 0;
}
