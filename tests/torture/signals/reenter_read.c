/* SPDX-License-Identifier: MIT */
/* Calls that receive, each made by a handler at every instruction of itself.
 * variants: tcp unix
 * cflags: -Wl,-z,now
 * slow: traced
 */
#include "reenter.h"

#include <sys/uio.h>

ssize_t __read(int fd, void *buf, size_t len);
ssize_t __read_chk(int fd, void *buf, size_t len, size_t buflen);
ssize_t __recv_chk(int fd, void *buf, size_t len, size_t buflen, int flags);
ssize_t __recvfrom_chk(int fd, void *buf, size_t len, size_t buflen, int flags,
	struct sockaddr *addr, socklen_t *addrlen);

/* One byte of one message. */
struct one {
	char byte;
	struct iovec iov;
	struct mmsghdr m;
};

static struct one *one(struct one *o)
{
	o->iov = (struct iovec){&o->byte, 1};
	o->m = (struct mmsghdr){.msg_hdr = {.msg_iov = &o->iov, .msg_iovlen = 1}};
	return o;
}

static void make_read(const struct side *s)
{
	char byte;

	feed(s->end[0]);
	WANT(1, 0, read(s->end[1], &byte, 1));
}

static void make_read_alias(const struct side *s)
{
	char byte;

	feed(s->end[0]);
	WANT(1, 0, __read(s->end[1], &byte, 1));
}

static void make_read_chk(const struct side *s)
{
	char byte;

	feed(s->end[0]);
	WANT(1, 0, __read_chk(s->end[1], &byte, 1, 1));
}

static void make_readv(const struct side *s)
{
	struct one o;

	feed(s->end[0]);
	WANT(1, 0, readv(s->end[1], &one(&o)->iov, 1));
}

static void make_recv(const struct side *s)
{
	char byte;

	feed(s->end[0]);
	WANT(1, 0, recv(s->end[1], &byte, 1, 0));
}

static void make_recv_chk(const struct side *s)
{
	char byte;

	feed(s->end[0]);
	WANT(1, 0, __recv_chk(s->end[1], &byte, 1, 1, 0));
}

static void make_recvfrom(const struct side *s)
{
	struct sockaddr_storage from;
	socklen_t len = sizeof(from);
	char byte;

	feed(s->end[0]);
	WANT(1, 0, recvfrom(s->end[1], &byte, 1, 0, (struct sockaddr *)&from, &len));
}

static void make_recvfrom_chk(const struct side *s)
{
	char byte;

	feed(s->end[0]);
	WANT(1, 0, __recvfrom_chk(s->end[1], &byte, 1, 1, 0, NULL, NULL));
}

static void make_recvmsg(const struct side *s)
{
	struct one o;

	feed(s->end[0]);
	WANT(1, 0, recvmsg(s->end[1], &one(&o)->m.msg_hdr, 0));
}

static void make_recvmmsg(const struct side *s)
{
	struct one o;

	feed(s->end[0]);
	WANT(1, 0, recvmmsg(s->end[1], &one(&o)->m, 1, 0, NULL));
}

/* Calls that fail leave their own errno, whatever the handler's have left. */
static void make_nothing_there(const struct side *s)
{
	char byte;

	if (depth)
		WANT(-1, EINVAL, recvmmsg(s->end[0], NULL, 1, 0, &(struct timespec){0, -1}));
	else
		WANT(-1, EAGAIN, recv(s->end[0], &byte, 1, MSG_DONTWAIT));
}

static const struct op ops[] = {
	{"read", make_read, CALLS / 2},
	{"__read", make_read_alias, CALLS / 2},
	{"__read_chk", make_read_chk, CALLS / 2},
	{"readv", make_readv, CALLS / 2},
	{"recv", make_recv, CALLS / 2},
	{"__recv_chk", make_recv_chk, CALLS / 2},
	{"recvfrom", make_recvfrom, CALLS / 2},
	{"__recvfrom_chk", make_recvfrom_chk, CALLS / 2},
	{"recvmsg", make_recvmsg, CALLS / 2},
	{"recvmmsg", make_recvmmsg, CALLS / 2},
	{"EAGAIN, and EINVAL in the handler", make_nothing_there, CALLS / 10},
	{NULL, NULL, 0},
};

int torture(const char *variant)
{
	make_sides(*variant == 't' ? tcp_pair : unix_pair);
	reenter(ops);
	return 0;
}
