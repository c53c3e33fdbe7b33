/* SPDX-License-Identifier: MIT */
/* Calls by which connections begin, and those of options, each made by a handler at every
 * instruction of itself.
 * variants: connect accept option
 * cflags: -Wl,-z,now
 * slow: traced
 */
#include "reenter.h"

int __connect(int fd, const struct sockaddr *addr, socklen_t len);

static int listener;
static struct sockaddr_storage address;
static socklen_t address_len;

static int fresh(void)
{
	return (int)unseen_syscall(SYS_socket, AF_INET, SOCK_STREAM, 0, 0, 0, 0);
}

/* Ends it with a reset, so that its port is free at once. */
static void end(int fd)
{
	struct linger at_once = {1, 0};

	unseen_syscall(
		SYS_setsockopt, fd, SOL_SOCKET, SO_LINGER, (long)&at_once, sizeof(at_once), 0);
	unseen_close(fd);
}

/* Takes one out of the queue; who took whose does not matter. */
static void unseen_accept(void)
{
	unseen_close((int)unseen_syscall(SYS_accept, listener, 0, 0, 0, 0, 0));
}

static int unseen_connect(void)
{
	int fd = fresh();

	if (unseen_syscall(SYS_connect, fd, (long)&address, address_len, 0, 0, 0))
		went_wrong("unseen_connect", fd);
	return fd;
}

static void make_connect(const struct side *s)
{
	int fd = fresh();

	WANT(0, 0, connect(fd, (struct sockaddr *)&address, address_len));
	unseen_accept();
	end(fd);
}

static void make_connect_alias(const struct side *s)
{
	int fd = fresh();

	WANT(0, 0, __connect(fd, (struct sockaddr *)&address, address_len));
	unseen_accept();
	end(fd);
}

static void make_connect_again(const struct side *s)
{
	WANT(-1, EISCONN, connect(s->end[0], (struct sockaddr *)&address, address_len));
}

static void make_accept(const struct side *s)
{
	int fd = unseen_connect();

	unseen_close(WANT_FD(accept(listener, NULL, NULL)));
	end(fd);
}

static void make_accept4(const struct side *s)
{
	struct sockaddr_storage from;
	socklen_t len = sizeof(from);
	int fd = unseen_connect();

	unseen_close(WANT_FD(
		accept4(listener, (struct sockaddr *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC)));
	end(fd);
}

static void make_listen(const struct side *s)
{
	WANT(0, 0, listen(listener, 64));
}

static void make_setsockopt(const struct side *s)
{
	int idle = 4242;

	WANT(0, 0, setsockopt(s->end[0], IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle)));
	WANT(-1, ENOPROTOOPT, setsockopt(s->end[0], IPPROTO_TCP, 9999, &idle, sizeof(idle)));
}

static void make_getsockopt(const struct side *s)
{
	int value = -1;
	socklen_t len = sizeof(value);

	WANT(0, 0, getsockopt(s->end[0], SOL_SOCKET, SO_ERROR, &value, &len));
	if (value != 0)
		went_wrong("SO_ERROR", value);
}

static void make_shutdown(const struct side *s)
{
	int pair[2];

	unseen_syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, (long)pair, 0, 0);
	WANT(0, 0, shutdown(pair[0], SHUT_WR));
	unseen_close(pair[0]);
	unseen_close(pair[1]);
}

static const struct op connecting[] = {
	{"connect", make_connect, CALLS / 10},
	{"__connect", make_connect_alias, CALLS / 10},
	{"connect once more", make_connect_again, CALLS},
	{NULL},
};

static const struct op accepting[] = {
	{"accept", make_accept, CALLS / 10},
	{"accept4", make_accept4, CALLS / 10},
	{"listen", make_listen, CALLS},
	{NULL},
};

static const struct op choosing[] = {
	{"setsockopt", make_setsockopt, CALLS},
	{"getsockopt", make_getsockopt, CALLS},
	{"shutdown", make_shutdown, CALLS},
	{NULL},
};

int torture(const char *variant)
{
	char text[32];

	listener = listen_any(text);
	address_len = sizeof(struct sockaddr_in);
	getsockname(listener, (struct sockaddr *)&address, &address_len);
	make_sides(tcp_pair);
	reenter(*variant == 'c' ? connecting : *variant == 'a' ? accepting : choosing);
	return 0;
}
