/* SPDX-License-Identifier: MIT */
/* Calls that make, move and close descriptors, each made by a handler at every instruction of
 * itself; so the numbers go to and fro between program and handler.
 * variants: socket socketpair life close dup
 * cflags: -Wl,-z,now
 * slow: traced
 */
#include "reenter.h"

int __close(int fd);
int __dup2(int from, int to);
int __fcntl(int fd, int cmd, ...);
#define HIGH 300 /* and above: only what this case has made */

static bool is_open(int fd)
{
	return unseen_syscall(SYS_fcntl, fd, F_GETFD, 0, 0, 0, 0) >= 0;
}

/* A copy of the socket; its number is free again for the next as soon as it is closed. */
static int copy(const struct side *s, int from)
{
	return (int)unseen_syscall(SYS_fcntl, s->end[0], F_DUPFD, from, 0, 0, 0);
}

/* What was made is a descriptor; it goes. */
static void gone(int fd)
{
	if (!is_open(fd))
		went_wrong("is_open", fd);
	unseen_close(fd);
}

static void make_socket(const struct side *s)
{
	gone(WANT_FD(socket(AF_INET, SOCK_STREAM, 0)));
}

static void make_socketpair(const struct side *s)
{
	int end[2];

	WANT(0, 0, socketpair(AF_UNIX, SOCK_STREAM, 0, end));
	feed(end[0]);
	gone(end[0]);
	gone(end[1]);
}

static void make_socket_used(const struct side *s)
{
	int fd = WANT_FD(socket(AF_INET, SOCK_STREAM, 0)), on = 1;

	WANT(0, 0, setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)));
	WANT(-1, ENOTCONN, shutdown(fd, SHUT_RD));
	WANT(0, 0, close(fd));
}

static void make_close(const struct side *s)
{
	WANT(0, 0, close(copy(s, 0)));
}

static void make_close_alias(const struct side *s)
{
	WANT(0, 0, __close(copy(s, 0)));
}

static void make_close_range(const struct side *s)
{
	int fd = copy(s, 0);

	WANT(0, 0, close_range(fd, fd, 0));
}

static void make_close_range_cloexec(const struct side *s)
{
	int fd = copy(s, 0);

	WANT(0, 0, close_range(fd, fd, CLOSE_RANGE_CLOEXEC));
	if (unseen_syscall(SYS_fcntl, fd, F_GETFD, 0, 0, 0, 0) != FD_CLOEXEC)
		went_wrong("F_GETFD", 0);
	unseen_close(fd);
}

/* Closes also what the interrupted one has just made, which is what it is about to do. */
static void make_closefrom(const struct side *s)
{
	int fd = copy(s, HIGH);

	WANT(0, 0, (closefrom(HIGH), 0));
	if (is_open(fd))
		went_wrong("closefrom", fd);
}

static void make_syscall_close(const struct side *s)
{
	WANT(0, 0, syscall(SYS_close, copy(s, 0)));
}

static void make_bad_close(const struct side *s)
{
	if (depth)
		WANT(-1, EINVAL, shutdown(s->end[0], 99));
	else
		WANT(-1, EBADF, close(-1));
}

static void make_dup(const struct side *s)
{
	gone(WANT_FD(dup(s->end[0])));
}

static void make_dup2(const struct side *s)
{
	WANT(s->own, 0, dup2(s->end[0], s->own));
}

static void make_dup2_alias(const struct side *s)
{
	WANT(s->own, 0, __dup2(s->end[0], s->own));
}

static void make_dup3(const struct side *s)
{
	WANT(s->own, 0, dup3(s->end[0], s->own, O_CLOEXEC));
}

static void make_fcntl(const struct side *s)
{
	gone(WANT_FD(fcntl(s->end[0], F_DUPFD, HIGH)));
	WANT(O_RDWR, 0, fcntl(s->end[0], F_GETFL));
}

static void make_fcntl64(const struct side *s)
{
	gone(WANT_FD(fcntl64(s->end[0], F_DUPFD_CLOEXEC, HIGH)));
}

static void make_fcntl_alias(const struct side *s)
{
	gone(WANT_FD(__fcntl(s->end[0], F_DUPFD, HIGH)));
}

static void make_syscall_dup(const struct side *s)
{
	gone(WANT_FD(syscall(SYS_dup, s->end[0])));
	WANT(s->own, 0, syscall(SYS_dup2, s->end[0], s->own));
}

static const struct op opening[] = {{"socket", make_socket}, {NULL}};
static const struct op pairing[] = {{"socketpair", make_socketpair}, {NULL}};
static const struct op living[] = {
	{"socket, setsockopt, shutdown, close", make_socket_used, CALLS / 5}, {NULL}};

static const struct op closing[] = {
	{"close", make_close},
	{"__close", make_close_alias},
	{"close_range", make_close_range},
	{"close_range CLOEXEC", make_close_range_cloexec},
	{"closefrom", make_closefrom},
	{"syscall close", make_syscall_close},
	{"EBADF, and EINVAL in the handler", make_bad_close, CALLS / 10},
	{NULL},
};

static const struct op moving[] = {
	{"dup", make_dup},
	{"dup2", make_dup2},
	{"__dup2", make_dup2_alias},
	{"dup3", make_dup3},
	{"fcntl", make_fcntl},
	{"fcntl64", make_fcntl64},
	{"__fcntl", make_fcntl_alias},
	{"syscall dup", make_syscall_dup},
	{NULL},
};

static const struct {
	const char *variant;
	const struct op *ops;
} kinds[] = {{"socket", opening}, {"socketpair", pairing}, {"life", living}, {"close", closing},
	{"dup", moving}};

int torture(const char *variant)
{
	size_t i;

	make_sides(tcp_pair);
	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(kinds[i].variant, variant))
			reenter(kinds[i].ops);
	for (i = 0; i < DEPTHS; i++)
		DO(write(sides[i].end[0], "still", 5));
	return 0;
}
