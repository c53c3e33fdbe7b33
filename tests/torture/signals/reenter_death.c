/* SPDX-License-Identifier: MIT */
/* Connections die in the call, and in the handler that interrupts it at every instruction: verdict
 * and log line within verdict and log line.  Where SIGPIPE is due it comes, once for each.
 * variants: unix tcp pipe
 * cflags: -Wl,-z,now
 * slow: traced
 */
#include "reenter.h"

#include <sys/uio.h>

static bool tcp;
static volatile long raised, due;

/* A connection whose other end is gone, with a reset. */
static int dead(void)
{
	struct linger at_once = {1, 0};
	int pair[2];

	if (tcp) {
		tcp_pair(pair);
		unseen_syscall(SYS_setsockopt, pair[1], SOL_SOCKET, SO_LINGER, (long)&at_once,
			sizeof(at_once), 0);
		unseen_close(pair[1]);
		await(pair[0], POLLIN);
		return pair[0];
	}
	unseen_syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, (long)pair, 0, 0);
	feed(pair[0]);
	unseen_close(pair[1]);
	return pair[0];
}

/* By close(), so that the next one with this number is a new one. */
static void bury(int fd)
{
	WANT(0, 0, close(fd));
}

static void make_recv(const struct side *s)
{
	char byte;
	int fd = dead();

	WANT(-1, ECONNRESET, recv(fd, &byte, 1, 0));
	WANT(0, 0, recv(fd, &byte, 1, 0));
	bury(fd);
}

static void make_read(const struct side *s)
{
	struct iovec vector;
	char byte;
	int fd = dead();

	vector = (struct iovec){&byte, 1};
	WANT(-1, ECONNRESET, read(fd, &byte, 1));
	WANT(0, 0, readv(fd, &vector, 1));
	bury(fd);
}

static void make_send(const struct side *s)
{
	char byte;
	int fd = dead();

	WANT(-1, ECONNRESET, recv(fd, &byte, 1, 0));
	WANT(-1, EPIPE, send(fd, "x", 1, MSG_NOSIGNAL));
	bury(fd);
}

static void make_so_error(const struct side *s)
{
	int fd = dead(), error = 0;
	socklen_t len = sizeof(error);

	WANT(0, 0, getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len));
	if (error != ECONNRESET)
		went_wrong("SO_ERROR", error);
	bury(fd);
}

static void on_pipe(int sig)
{
	raised++;
}

/*
 * Blocked in the handler, it would come later, and once for many.  SIGTRAP alone gets in where the
 * shim has blocked it.
 */
static bool may_come(void)
{
	uint64_t mask = 0;

	unseen_syscall(SYS_rt_sigprocmask, SIG_BLOCK, 0, (long)&mask, sizeof(mask), 0, 0);
	return !(mask >> (SIGPIPE - 1) & 1);
}

static void make_write(const struct side *s)
{
	char byte;
	int fd;

	if (!may_come())
		return;
	fd = dead();
	unseen_syscall(SYS_recvfrom, fd, (long)&byte, 1, MSG_DONTWAIT, 0, 0);
	due++;
	WANT(-1, EPIPE, write(fd, "x", 1));
	bury(fd);
}

static void make_writev(const struct side *s)
{
	struct iovec vector = {"x", 1};
	char byte;
	int fd;

	if (!may_come())
		return;
	fd = dead();
	unseen_syscall(SYS_recvfrom, fd, (long)&byte, 1, MSG_DONTWAIT, 0, 0);
	due++;
	WANT(-1, EPIPE, writev(fd, &vector, 1));
	bury(fd);
}

static const struct op deaths[] = {
	{"recv", make_recv, CALLS / 50},
	{"read", make_read, CALLS / 50},
	{"send", make_send, CALLS / 50},
	{"SO_ERROR", make_so_error, CALLS / 50},
	{NULL},
};

static const struct op deaths_of_tcp[] = {
	{"recv", make_recv, CALLS / 100},
	{"SO_ERROR", make_so_error, CALLS / 100},
	{NULL},
};

static const struct op pipes[] = {
	{"write", make_write, CALLS / 50},
	{"writev", make_writev, CALLS / 50},
	{NULL},
};

int torture(const char *variant)
{
	make_sides(unix_pair);
	tcp = *variant == 't';
	if (*variant == 'p')
		signal(SIGPIPE, on_pipe);
	reenter(*variant == 'u' ? deaths : tcp ? deaths_of_tcp : pipes);
	say("SIGPIPE: %s", raised == due ? "each time that it was due" : "not as often as due");
	return 0;
}
