/* SPDX-License-Identifier: MIT */
/* The non-blocking connect: EINPROGRESS, EALREADY, waiting for it each way, SO_ERROR, EISCONN, and
 * the same again after success, refusal and a dissolved association.
 * variants: poll select epoll blocking
 */
#include "states.h"

#include <sys/epoll.h>
#include <sys/select.h>

static const char *way;
static struct sockaddr_storage there, gone;
static struct sockaddr *const live = (struct sockaddr *)&there, *const dead =
									(struct sockaddr *)&gone;
static struct sockaddr none = {.sa_family = AF_UNSPEC};
static socklen_t len;
static int listener;

static void by_select(int fd)
{
	fd_set in, out, except;

	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_ZERO(&except);
	FD_SET(fd, &in);
	FD_SET(fd, &out);
	FD_SET(fd, &except);
	DO(select(fd + 1, NULL, &out, NULL, &(struct timeval){10, 0}));
	DO(select(fd + 1, &in, &out, &except, &(struct timeval){10, 0}));
	say("  %d %d %d", FD_ISSET(fd, &in), FD_ISSET(fd, &out), FD_ISSET(fd, &except));
}

static void by_epoll(int fd)
{
	struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLET | EPOLLONESHOT};
	int set = epoll_create1(EPOLL_CLOEXEC);

	DO(epoll_ctl(set, EPOLL_CTL_ADD, fd, &e));
	DO(epoll_wait(set, &e, 1, 10000));
	say("  %x", e.events);
	DO(epoll_wait(set, &e, 1, 0));
	e.events = EPOLLOUT;
	DO(epoll_ctl(set, EPOLL_CTL_MOD, fd, &e));
	DO(epoll_wait(set, &e, 1, 10000));
	say("  %x", e.events);
	DO(epoll_ctl(set, EPOLL_CTL_DEL, fd, NULL));
	close(set);
}

static void wait_for(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN | POLLOUT | POLLRDHUP};

	if (*way == 's')
		by_select(fd);
	else if (*way == 'e')
		by_epoll(fd);
	else
		DO(poll(&p, 1, 10000));
	say("  %x", p.revents);
}

static void one_connect(int fd, struct sockaddr *to)
{
	say("-- %s", to == live ? "to a listener" : "to nobody");
	DO(connect(fd, to, len));
	if (*way != 'b')
		wait_for(fd);
	DO(option(fd, SOL_SOCKET, SO_ERROR));
	DO(option(fd, SOL_SOCKET, SO_ERROR));
	if (to == live) {
		DO(connect(fd, to, len));
		DO(connect(fd, to, len));
		TRY(write(fd, "abc", 3));
		TRY(recv(fd, &(char){0}, 1, MSG_DONTWAIT));
	} else {
		TRY(write(fd, "abc", 3));
		TRY(read(fd, &(char){0}, 1));
	}
}

/* Refused, and the first to hear of it is not SO_ERROR. */
static void told_by(int which)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	DO(connect(fd, dead, len));
	await(fd, POLLOUT);
	switch (which) {
	case 0: DO(connect(fd, dead, len)); break;
	case 1: TRY(write(fd, "abc", 3)); break;
	case 2: DO(read(fd, &(char){0}, 1)); break;
	case 3: TRY(send(fd, "abc", 3, 0)); break;
	case 4: DO(connect(fd, live, len)); break;
	}
	DO(option(fd, SOL_SOCKET, SO_ERROR));
	DO(connect(fd, live, len));
	await(fd, POLLOUT);
	TRY(write(fd, "abc", 3));
	close(fd);
}

int torture(const char *variant)
{
	char address[32];
	int fd, which, type = SOCK_STREAM | (*variant == 'b' ? 0 : SOCK_NONBLOCK);

	way = variant;
	block_sigpipe();
	nobody_at(SOCK_STREAM, (struct sockaddr_in *)&gone);
	listener = listen_any(address);
	len = parse_address(address, &there);
	fd = socket(AF_INET, type, 0);
	one_connect(fd, live);
	DO(connect(fd, &none, sizeof(none)));
	one_connect(fd, dead);
	one_connect(fd, dead);
	one_connect(fd, live);
	DO(connect(fd, &none, sizeof(none)));
	DO(connect(fd, &none, sizeof(none)));
	one_connect(fd, live);
	close(fd);
	for (which = 0; which < 5 && *way != 'b'; which++)
		told_by(which);
	fd = state("connecting");
	DO(connect(fd, live, len));
	TRY(write(fd, "abc", 3));
	DO(read(fd, &(char){0}, 1));
	DO(option(fd, SOL_SOCKET, SO_ERROR));
	DO(connect(fd, &none, sizeof(none)));
	one_connect(fd, live);
	state_end(fd);
	close(listener);
	return 0;
}
