/* SPDX-License-Identifier: MIT */
/* Calls that send, each made by a handler at every instruction of itself.
 * variants: tcp unix
 * cflags: -Wl,-z,now
 * slow: traced
 */
#include "reenter.h"

#include <sys/sendfile.h>
#include <sys/uio.h>

ssize_t __write(int fd, const void *buf, size_t len);
ssize_t __send(int fd, const void *buf, size_t len, int flags);

static const char *volatile nowhere = (const char *)8;
static struct iovec two[2] = {{"a", 1}, {"b", 1}};

static void make_write(const struct side *s)
{
	WANT(2, 0, write(s->end[0], "ab", 2));
	drain(s->end[1]);
}

static void make_write_alias(const struct side *s)
{
	WANT(2, 0, __write(s->end[0], "ab", 2));
	drain(s->end[1]);
}

static void make_writev(const struct side *s)
{
	WANT(2, 0, writev(s->end[0], two, 2));
	drain(s->end[1]);
}

static void make_send(const struct side *s)
{
	WANT(2, 0, send(s->end[0], "ab", 2, MSG_NOSIGNAL));
	drain(s->end[1]);
}

static void make_send_alias(const struct side *s)
{
	WANT(2, 0, __send(s->end[0], "ab", 2, 0));
	drain(s->end[1]);
}

static void make_sendto(const struct side *s)
{
	WANT(2, 0, sendto(s->end[0], "ab", 2, 0, NULL, 0));
	drain(s->end[1]);
}

static void make_sendmsg(const struct side *s)
{
	struct msghdr m = {.msg_iov = two, .msg_iovlen = 2};

	WANT(2, 0, sendmsg(s->end[0], &m, 0));
	drain(s->end[1]);
}

static void make_sendmmsg(const struct side *s)
{
	struct mmsghdr m[2] = {{.msg_hdr = {.msg_iov = two, .msg_iovlen = 2}},
		{.msg_hdr = {.msg_iov = two, .msg_iovlen = 1}}};

	WANT(2, 0, sendmmsg(s->end[0], m, 2, 0));
	drain(s->end[1]);
}

static void make_sendfile(const struct side *s)
{
	off_t from = 0;

	WANT(2, 0, sendfile(s->end[0], s->file, &from, 2));
	drain(s->end[1]);
}

static void make_sendfile64(const struct side *s)
{
	off64_t from = 1;

	WANT(2, 0, sendfile64(s->end[0], s->file, &from, 2));
	drain(s->end[1]);
}

static void make_splice(const struct side *s)
{
	feed(s->pipe[1]);
	WANT(1, 0, splice(s->pipe[0], NULL, s->end[0], NULL, 1, 0));
	drain(s->end[1]);
}

/* Calls that fail leave their own errno, whatever the handler's have left. */
static void make_fault(const struct side *s)
{
	if (depth)
		WANT(-1, EBADF, write(-1, "ab", 2));
	else
		WANT(-1, EFAULT, write(s->end[0], nowhere, 1));
}

static const struct op ops[] = {
	{"write", make_write, CALLS / 2},
	{"__write", make_write_alias, CALLS / 2},
	{"writev", make_writev, CALLS / 2},
	{"send", make_send, CALLS / 2},
	{"__send", make_send_alias, CALLS / 2},
	{"sendto", make_sendto, CALLS / 2},
	{"sendmsg", make_sendmsg, CALLS / 2},
	{"sendmmsg", make_sendmmsg, CALLS / 2},
	{"sendfile", make_sendfile, CALLS / 2},
	{"sendfile64", make_sendfile64, CALLS / 2},
	{"splice", make_splice, CALLS / 2},
	{"EFAULT, and EBADF in the handler", make_fault, CALLS / 10},
	{NULL, NULL, 0},
};

int torture(const char *variant)
{
	make_sides(*variant == 't' ? tcp_pair : unix_pair);
	reenter(ops);
	return 0;
}
