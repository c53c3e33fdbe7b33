/* SPDX-License-Identifier: MIT */
/* Calls that wait, each made by a handler at every instruction of itself.
 * variants: poll select epoll
 * cflags: -Wl,-z,now -Wno-stringop-overflow
 * slow: traced
 */
#include "reenter.h"

#include <sys/epoll.h>
#include <sys/select.h>

int __poll(struct pollfd *fds, nfds_t n, int timeout);
int __poll_chk(struct pollfd *fds, nfds_t n, int timeout, size_t len);
int __ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask,
	size_t len);
int __select(int n, fd_set *in, fd_set *out, fd_set *except, struct timeval *timeout);

/* All sockets can be written to, and nothing comes in. */
static const struct timespec at_once;
static int set, empty;

static struct pollfd *polled(struct pollfd *p, const struct side *s)
{
	p[0] = (struct pollfd){s->end[0], POLLOUT, 0};
	p[1] = (struct pollfd){s->end[1], POLLIN, 0};
	return p;
}

static void make_poll(const struct side *s)
{
	struct pollfd p[2];

	WANT(1, 0, poll(polled(p, s), 2, -1));
	WANT(-1, EFAULT, poll((void *)16, 1, -1));
}

static void make_poll_alias(const struct side *s)
{
	struct pollfd p[2];

	WANT(1, 0, __poll(polled(p, s), 1, 1000));
	WANT(0, 0, __poll(polled(p, s) + 1, 1, 0));
}

static void make_poll_chk(const struct side *s)
{
	struct pollfd p[2];

	WANT(1, 0, __poll_chk(polled(p, s), 2, 1000, sizeof(p)));
}

static void make_ppoll(const struct side *s)
{
	struct pollfd p[2];

	WANT(1, 0, ppoll(polled(p, s), 2, &at_once, NULL));
	WANT(-1, EINVAL, ppoll(polled(p, s), 2, &(struct timespec){0, -1}, NULL));
}

static void make_ppoll_chk(const struct side *s)
{
	struct pollfd p[2];

	WANT(1, 0, __ppoll_chk(polled(p, s), 2, NULL, NULL, sizeof(p)));
}

static fd_set *only(fd_set *of, int fd)
{
	FD_ZERO(of);
	FD_SET(fd, of);
	return of;
}

static void make_select(const struct side *s)
{
	struct timeval long_time = {1000, 0};
	fd_set out;

	WANT(1, 0, select(s->end[0] + 1, NULL, only(&out, s->end[0]), NULL, &long_time));
	WANT(1, 0, long_time.tv_sec >= 990 && FD_ISSET(s->end[0], &out));
	WANT(-1, EBADF, select(61, only(&out, 60), NULL, NULL, &(struct timeval){0}));
}

static void make_select_alias(const struct side *s)
{
	fd_set in;

	WANT(0, 0, __select(s->end[0] + 1, only(&in, s->end[0]), NULL, NULL, &(struct timeval){0}));
}

static void make_pselect(const struct side *s)
{
	fd_set out;

	WANT(1, 0, pselect(s->end[0] + 1, NULL, only(&out, s->end[0]), NULL, &at_once, NULL));
}

static void make_epoll_wait(const struct side *s)
{
	struct epoll_event e;

	WANT(1, 0, epoll_wait(set, &e, 1, -1));
	WANT(0, 0, epoll_wait(empty, &e, 1, 0));
	WANT(-1, EINVAL, epoll_wait(s->end[0], &e, 1, 0));
}

static void make_epoll_pwait(const struct side *s)
{
	struct epoll_event e;

	(void)s;
	WANT(1, 0, epoll_pwait(set, &e, 1, 1000, NULL));
}

static void make_epoll_pwait2(const struct side *s)
{
	struct epoll_event e;

	(void)s;
	WANT(1, 0, epoll_pwait2(set, &e, 1, &at_once, NULL));
	WANT(-1, EFAULT, epoll_pwait2(set, &e, 1, (void *)16, NULL));
}

static const struct op polling[] = {{"poll", make_poll, CALLS / 4},
	{"__poll", make_poll_alias, CALLS / 4}, {"__poll_chk", make_poll_chk, CALLS / 4},
	{"ppoll", make_ppoll, CALLS / 4}, {"__ppoll_chk", make_ppoll_chk, CALLS / 4}, {NULL}};
static const struct op selecting[] = {{"select", make_select, CALLS / 4},
	{"__select", make_select_alias, CALLS / 4}, {"pselect", make_pselect, CALLS / 4}, {NULL}};
static const struct op events[] = {{"epoll_wait", make_epoll_wait, CALLS / 4},
	{"epoll_pwait", make_epoll_pwait, CALLS / 4},
	{"epoll_pwait2", make_epoll_pwait2, CALLS / 4}, {NULL}};

int torture(const char *variant)
{
	struct epoll_event e = {.events = EPOLLOUT};

	make_sides(unix_pair);
	set = epoll_create1(0);
	empty = epoll_create1(0);
	sure(epoll_ctl(set, EPOLL_CTL_ADD, sides[0].end[0], &e) == 0, "epoll");
	reenter(*variant == 'p' ? polling : *variant == 's' ? selecting : events);
	return 0;
}
