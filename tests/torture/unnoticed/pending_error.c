/* SPDX-License-Identifier: MIT */
/* A socket's pending error is delivered once, and to the program: SO_ERROR shows it whatever was
 * asked before, and whoever takes it leaves none.
 * variants: refused reset udp unseen
 */
#include "names.h"

#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>

static const char *variant;
static int fd;
static char buf[64];

/* The same socket, under a number that is met with its error pending. */
static void become_unseen(void)
{
	int other = (int)unseen_syscall(SYS_fcntl, fd, F_DUPFD, 200, 0, 0, 0);

	sure(other >= 0 && unseen_syscall(SYS_close, fd, 0, 0, 0, 0, 0) == 0, "dup");
	fd = other;
}

static void make_pending(void)
{
	bool udp = !strcmp(variant, "udp");
	struct sockaddr_in in;
	int end[2];

	if (!strcmp(variant, "reset") || !strcmp(variant, "unseen")) {
		tcp_pair(end);
		sure(write(end[0], "x", 1) == 1, "write");
		reset(end, 1);
		fd = end[0];
		if (*variant == 'u')
			become_unseen();
		return;
	}
	nobody_at(udp ? SOCK_DGRAM : SOCK_STREAM, &in);
	fd = socket(AF_INET, (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK, 0);
	if (connect(fd, (struct sockaddr *)&in, sizeof(in)) < 0)
		sure(errno == EINPROGRESS, "connect");
	if (udp)
		sure(send(fd, "x", 1, 0) == 1, "send");
	await(fd, POLLIN);
}

static int so_error(void)
{
	int value = -1;
	socklen_t len = sizeof(value);

	sure(getsockopt(fd, SOL_SOCKET, SO_ERROR, &value, &len) == 0 && len == sizeof(value),
		"SO_ERROR");
	return value;
}

static void look(const char *what, long ret)
{
	int err = errno, first = so_error(), second = so_error();

	say("%s = %ld %s; SO_ERROR %s, then %s", what, ret, err == ERRNO_KEPT ? "" : errname(err),
		errname(first), errname(second));
	close(fd);
}

#define AFTER(call)                  \
	do {                         \
		long ret_;           \
		make_pending();      \
		errno = ERRNO_KEPT;  \
		ret_ = (long)(call); \
		look(#call, ret_);   \
	} while (0)

static int by_select(void)
{
	fd_set r, w;

	FD_ZERO(&r);
	FD_SET(fd, &r);
	w = r;
	return select(fd + 1, &r, &w, NULL, NULL);
}

static int by_epoll(void)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET}, out[2];
	int ep = epoll_create1(0), n;

	epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event);
	n = epoll_wait(ep, out, 2, 1000);
	say("epoll: %x", out[0].events);
	close(ep);
	return n;
}

static int by_dup(void)
{
	int other = dup(fd);

	fcntl(other, F_SETFL, O_NONBLOCK);
	setsockopt(other, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int));
	return close(other);
}

static int by_second_use(void)
{
	return dup2(fd, fd) == fd && fcntl(fd, F_GETFL) >= 0 ? 0 : -1;
}

/* None of these takes it. */
static void lookers(void)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);
	struct tcp_info info;
	int n;

	AFTER(0);
	AFTER(poll(&(struct pollfd){fd, POLLIN | POLLOUT, 0}, 1, 1000));
	AFTER(__poll_chk(&(struct pollfd){fd, POLLIN, 0}, 1, 1000, sizeof(struct pollfd)));
	AFTER(ppoll(&(struct pollfd){fd, POLLOUT, 0}, 1, NULL, NULL));
	AFTER(by_select());
	AFTER(by_epoll());
	AFTER(by_dup());
	AFTER(by_second_use());
	AFTER(getpeername(fd, (void *)&address, &len));
	AFTER((len = sizeof(address), getsockname(fd, (void *)&address, &len)));
	AFTER((len = sizeof(n), getsockopt(fd, SOL_SOCKET, SO_TYPE, &n, &len)));
	AFTER((len = sizeof(info), getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len)));
	AFTER(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)));
	AFTER(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int)));
	AFTER(ioctl(fd, FIONREAD, &n));
	AFTER(fcntl64(fd, F_SETFL, O_NONBLOCK));
	AFTER(shutdown(fd, SHUT_RD));
	AFTER(readv(fd, NULL, 0));
	AFTER(writev(fd, NULL, 0));
	AFTER(getsockopt(fd, SOL_SOCKET, SO_ERROR, (void *)8, &len));
	AFTER((len = 2, getsockopt(fd, SOL_SOCKET, SO_ERROR, buf, &len)));
}

/* Each of these does, or fails with it. */
static void takers(void)
{
	struct iovec iov = {buf, sizeof(buf)};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	struct mmsghdr vec = {.msg_hdr = msg};

	AFTER(read(fd, buf, 1));
	AFTER(__read_chk(fd, buf, 1, 64));
	AFTER(readv(fd, &iov, 1));
	AFTER(recv(fd, buf, 1, MSG_PEEK));
	AFTER(__recv_chk(fd, buf, 1, 64, 0));
	AFTER(recvfrom(fd, buf, 1, 0, NULL, NULL));
	AFTER(__recvfrom_chk(fd, buf, 1, 64, 0, NULL, NULL));
	AFTER(recvmsg(fd, &msg, 0));
	AFTER(recvmmsg(fd, &vec, 1, 0, NULL));
	AFTER(recv(fd, buf, 1, MSG_ERRQUEUE | MSG_DONTWAIT));
	AFTER(write(fd, buf, 1));
	AFTER(write(fd, buf, 0));
	AFTER(writev(fd, &iov, 1));
	AFTER(send(fd, buf, 1, 0));
	AFTER(send(fd, buf, 0, 0));
	AFTER(sendto(fd, buf, 1, 0, NULL, 0));
	AFTER(sendmsg(fd, &msg, 0));
	AFTER(sendmmsg(fd, &vec, 1, 0));
	AFTER(syscall(SYS_sendto, fd, buf, 1, 0, NULL, 0));
	AFTER(dprintf(fd, "y"));
	AFTER(splice(fd, NULL, fd, NULL, 1, 0));
}

int torture(const char *which)
{
	variant = which;
	signal(SIGPIPE, SIG_IGN);
	lookers();
	takers();
	return 0;
}
