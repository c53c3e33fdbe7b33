/* SPDX-License-Identifier: MIT */
/* The program in small: wrapped calls of each kind, the deaths of peers, what fails and how. */
#ifndef WRAPPED_H
#define WRAPPED_H

#include "case.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

/* There is something to be read there. */
static UNUSED void wrapped_waits(int in)
{
	struct epoll_event e = {.events = EPOLLIN};
	struct timespec soon = {0, 1000000};
	struct pollfd p = {in, POLLIN, 0};
	int set = epoll_create1(0);
	fd_set in_set;

	DO(poll(&p, 1, -1));
	DO(ppoll(&p, 1, &soon, NULL));
	FD_ZERO(&in_set);
	FD_SET(in, &in_set);
	DO(select(in + 1, &in_set, NULL, NULL, NULL));
	DO(pselect(in + 1, &in_set, NULL, NULL, &soon, NULL));
	DO(set >= 0);
	DO(epoll_ctl(set, EPOLL_CTL_ADD, in, &e));
	DO(epoll_wait(set, &e, 1, 1));
	DO(epoll_pwait(set, &e, 1, 1, NULL));
	DO(epoll_pwait2(set, &e, 1, &soon, NULL));
	if (set >= 0)
		DO(close(set));
}

static UNUSED void wrapped_bytes(int out, int in)
{
	char buf[8] = "";
	struct iovec v = {buf, sizeof(buf)};
	struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
	struct mmsghdr mm = {.msg_hdr = m};

	DO(write(out, "hello", 5));
	wrapped_waits(in);
	DO(read(in, buf, sizeof(buf)));
	DO(writev(out, &v, 1));
	DO(readv(in, &v, 1));
	DO(send(out, "hello", 5, 0));
	DO(recv(in, buf, sizeof(buf), 0));
	DO(sendto(out, "hello", 5, 0, NULL, 0));
	DO(recvfrom(in, buf, sizeof(buf), 0, NULL, NULL));
	DO(sendmsg(out, &m, 0));
	DO(recvmsg(in, &m, 0));
	DO(sendmmsg(out, &mm, 1, 0));
	DO(recvmmsg(in, &mm, 1, 0, NULL));
}

static UNUSED void wrapped_dup(int fd)
{
	int copy = dup(fd);

	DO(copy >= 0);
	if (copy < 0)
		return;
	DO(dup2(fd, copy) == copy);
	DO(dup3(fd, copy, O_CLOEXEC) == copy);
	DO(fcntl(copy, F_GETFD));
	DO(close(copy));
}

/* The other end of fd is reset; then what follows, and the errors come once as they do bare. */
static UNUSED void wrapped_death(int end[2])
{
	char c;

	reset(end, 1);
	DO(read(end[0], &c, 1));
	DO(send(end[0], "x", 1, MSG_NOSIGNAL));
	DO(read(end[0], &c, 1));
	DO(shutdown(end[0], SHUT_RDWR));
	DO(close(end[0]));
}

/* All of it; only descriptors that it closes again. */
static UNUSED void wrapped_all(void)
{
	struct sockaddr_in nobody = {AF_INET, htons(1), {htonl(INADDR_LOOPBACK)}, ""};
	int end[2], local[2], fd, one = 1;
	socklen_t len = sizeof(one);
	char c;

	tcp_pair(end);
	DO(setsockopt(end[0], IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)));
	DO(getsockopt(end[0], SOL_SOCKET, SO_ERROR, &one, &len));
	wrapped_bytes(end[0], end[1]);
	wrapped_dup(end[0]);
	wrapped_death(end);
	unix_pair(local);
	wrapped_bytes(local[0], local[1]);
	DO(close(local[1]));
	DO(send(local[0], "x", 1, MSG_NOSIGNAL));
	DO(read(local[0], &c, 1));
	DO(close(local[0]));
	fd = socket(AF_INET, SOCK_STREAM, 0);
	DO(connect(fd, (struct sockaddr *)&nobody, sizeof(nobody)));
	DO(close(fd));
	DO(close(fd));
}

#endif
