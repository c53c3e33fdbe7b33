/* SPDX-License-Identifier: MIT */
/*
 * A descriptor in any state by its name, and TRY, which is DO for calls that may raise SIGPIPE: it
 * is blocked with its default action, so that a program's EPIPE comes with a pending signal in
 * every option set, and TRY takes and prints it.
 */
#ifndef STATES_H
#define STATES_H

#include "case.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/uio.h>

/* The other end of what state() made last, or -1. */
static int peer = -1;
/* What else that took. */
static int queued = -1;

static UNUSED void block_sigpipe(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static UNUSED long tried(const char *what, long ret)
{
	int err = errno;
	struct timespec none = {0, 0};
	siginfo_t info;
	sigset_t set;
	bool pipe;

	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	pipe = sigtimedwait(&set, &info, &none) == SIGPIPE;
	say("%s = %ld%s%s%s", what, ret, err == ERRNO_KEPT ? "" : " ",
		err == ERRNO_KEPT ? "" : errname(err),
		!pipe                                                ? ""
		: info.si_code == SI_USER && info.si_pid == getpid() ? " SIGPIPE"
								     : " SIGPIPE of somebody");
	errno = err;
	return ret;
}

#define TRY(call) (errno = ERRNO_KEPT, tried(#call, (long)(call)))

static UNUSED int state_pair(int type)
{
	int end[2];

	sure(socketpair(AF_UNIX, type, 0, end) == 0, "socketpair");
	peer = end[1];
	return end[0];
}

static UNUSED int state_tcp(void)
{
	int end[2];

	tcp_pair(end);
	peer = end[1];
	return end[0];
}

static UNUSED int state_closed(int fd)
{
	close(peer);
	peer = -1;
	await(fd, POLLRDHUP);
	return fd;
}

static UNUSED int state_reset(int fd)
{
	int end[2] = {fd, peer};

	reset(end, 1);
	peer = -1;
	return fd;
}

/* It has bytes to read. */
static UNUSED int state_full(int fd)
{
	sure(send(peer, "abcdef", 6, 0) == 6, "send");
	await(fd, POLLIN);
	return fd;
}

static UNUSED int state_shut(int fd, int how)
{
	sure(shutdown(fd, how) == 0, "shutdown");
	return fd;
}

/* A handshake that nobody answers: the listener has room for one only, which is taken. */
static UNUSED int state_connecting(void)
{
	struct sockaddr_storage to;
	char address[32];
	socklen_t len;
	int fd;

	peer = listen_any(address);
	sure(listen(peer, 0) == 0, "listen");
	queued = dial(address);
	await(peer, POLLIN);
	len = parse_address(address, &to);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	sure(connect(fd, (struct sockaddr *)&to, len) < 0 && errno == EINPROGRESS, "connect");
	return fd;
}

static UNUSED int state_udp(bool connected)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t len = sizeof(in);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	peer = socket(AF_INET, SOCK_DGRAM, 0);
	sure(bind(peer, (struct sockaddr *)&in, len) == 0, "bind");
	sure(getsockname(peer, (struct sockaddr *)&in, &len) == 0, "getsockname");
	sure(!connected || connect(fd, (struct sockaddr *)&in, len) == 0, "connect");
	in.sin_port = 0;
	sure(connected || bind(fd, (struct sockaddr *)&in, len) == 0, "bind");
	sure(getsockname(fd, (struct sockaddr *)&in, &len) == 0, "getsockname");
	sure(connect(peer, (struct sockaddr *)&in, len) == 0, "connect");
	return fd;
}

static UNUSED int state_listening(int domain)
{
	char address[32];
	int fd;

	if (domain == AF_INET)
		return listen_any(address);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	sure(bind(fd, (struct sockaddr *)&(sa_family_t){AF_UNIX}, sizeof(sa_family_t)) == 0,
		"bind");
	sure(listen(fd, 1) == 0, "listen");
	return fd;
}

static UNUSED int state_pipe(int which)
{
	int end[2];

	sure(pipe(end) == 0, "pipe");
	peer = end[!which];
	return end[which];
}

static UNUSED int state_file(void)
{
	int fd = memfd_create("state", 0);

	sure(write(fd, "abcdef", 6) == 6 && lseek(fd, 0, SEEK_SET) == 0, "memfd_create");
	return fd;
}

static UNUSED int state_made(const char *name)
{
#define IS(what, how)            \
	if (!strcmp(name, what)) \
	return how
	IS("tcp", state_tcp());
	IS("fresh", socket(AF_INET, SOCK_STREAM, 0));
	IS("listening", state_listening(AF_INET));
	IS("connecting", state_connecting());
	IS("closed", state_closed(state_tcp()));
	IS("closedfull", state_closed(state_full(state_tcp())));
	IS("reset", state_reset(state_tcp()));
	IS("resetfull", state_reset(state_full(state_tcp())));
	IS("shutrd", state_shut(state_tcp(), SHUT_RD));
	IS("shutwr", state_shut(state_tcp(), SHUT_WR));
	IS("unix", state_pair(SOCK_STREAM));
	IS("seqpacket", state_pair(SOCK_SEQPACKET));
	IS("dgram", state_pair(SOCK_DGRAM));
	IS("unixfresh", socket(AF_UNIX, SOCK_STREAM, 0));
	IS("unixlistening", state_listening(AF_UNIX));
	IS("unixclosed", state_closed(state_pair(SOCK_STREAM)));
	IS("udp", state_udp(true));
	IS("udpfree", state_udp(false));
	IS("piper", state_pipe(0));
	IS("pipew", state_pipe(1));
	IS("file", state_file());
	IS("eventfd", eventfd(1, 0));
	IS("nothing", 50);
#undef IS
	die(name);
	return -1;
}

/* Never blocks; at most one a time, as the next one's peer replaces this one's. */
static UNUSED int state(const char *name)
{
	int fd;

	peer = queued = -1;
	fd = state_made(name);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	return fd;
}

/* Some bytes to receive, where there can be some. */
static UNUSED void state_feed(int fd)
{
	if (peer >= 0 && send(peer, "abcdef", 6, MSG_NOSIGNAL | MSG_DONTWAIT) == 6)
		await(fd, POLLIN);
	else if (peer >= 0 && errno == ENOTSOCK && fcntl(peer, F_GETFL) & O_WRONLY)
		sure(write(peer, "abcdef", 6) == 6, "feed");
}

/* Leaves no TIME_WAIT: there are as many as there are ports. */
static UNUSED void state_end(int fd)
{
	struct linger at_once = {1, 0};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	setsockopt(peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(fd);
	close(peer);
	close(queued);
	peer = queued = -1;
}

/* TRY(call) on a descriptor fd of its own, in the state of that name; then what is left to read. */
#define ON(name, call)                                                           \
	do {                                                                     \
		char left_[64];                                                  \
		int fd = state(name), left_n_;                                   \
                                                                                 \
		state_feed(fd);                                                  \
		TRY(call);                                                       \
		left_n_ = read(fd, left_, sizeof(left_));                        \
		say("  then %d %s", left_n_, left_n_ < 0 ? errname(errno) : ""); \
		state_end(fd);                                                   \
	} while (0)

/* The first byte that is not there, behind a page that is. */
static UNUSED char *state_edge(void)
{
	static char *page;

	if (!page) {
		page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		sure(page != MAP_FAILED && mprotect(page + 4096, 4096, PROT_NONE) == 0, "mmap");
		memset(page, 'x', 4096);
	}
	return page + 4096;
}

/* A msghdr of these parts, good until the next one is made. */
static UNUSED struct msghdr *msg_of(
	void *name, socklen_t namelen, void *iov, size_t n, void *control, size_t controllen)
{
	static struct msghdr m;

	m = (struct msghdr){name, namelen, iov, n, control, controllen, 0};
	return &m;
}

static UNUSED struct iovec *iov_of(void *base, size_t len)
{
	static struct iovec iov[2];

	iov[0] = (struct iovec){base, len};
	iov[1] = (struct iovec){(void *)"yz", 2};
	return iov;
}

#endif
