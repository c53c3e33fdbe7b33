/* SPDX-License-Identifier: MIT */
/* Ops of `calls` that few programs use: vectors of nothing, several messages, flags, TFO. */
#ifndef CALLS_RARE_H
#define CALLS_RARE_H

/* writev0=N: N vectors of no byte. */
static long op_writev0(const char *arg)
{
	struct iovec iov[4] = {{buffer, 0}, {buffer, 0}, {buffer, 0}, {buffer, 0}};

	return writev(fd, iov, number(arg, 1));
}

static long op_peek(const char *arg)
{
	return recv(fd, buffer, number(arg, 4096), MSG_PEEK);
}

/* sendmmsg=N: two messages, of one byte and of N - 1. */
static long op_sendmmsg(const char *arg)
{
	struct iovec iov[2] = {{buffer, 1}, {buffer, number(arg, 2) - 1}};
	struct mmsghdr m[2] = {
		{{.msg_iov = iov, .msg_iovlen = 1}}, {{.msg_iov = iov + 1, .msg_iovlen = 1}}};

	return sendmmsg(fd, m, 2, 0);
}

static long op_recvmmsg(const char *arg)
{
	struct iovec iov = {buffer, number(arg, 1)};
	struct mmsghdr m = {{.msg_iov = &iov, .msg_iovlen = 1}};

	return recvmmsg(fd, &m, 1, MSG_WAITALL, NULL);
}

/* connect() will only remember the address: the handshake comes with the first byte. */
static long op_fastopen(const char *arg)
{
	if (fd < 0)
		fd = socket(AF_INET, SOCK_STREAM, 0);
	return set(IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, "1")
		       ?: set(IPPROTO_TCP, TCP_FASTOPEN_CONNECT, "1");
}

static long op_zerocopy(const char *arg)
{
	return set(SOL_SOCKET, SO_ZEROCOPY, "1") ?: send(fd, buffer, 5, MSG_ZEROCOPY);
}

/* The notification that the bytes are no longer needed. */
static long op_errqueue(const char *arg)
{
	char control[128];
	struct iovec iov = {buffer, 64};
	struct msghdr m = {.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control)};
	struct pollfd p = {fd, 0, 0};

	if (poll(&p, 1, 10000) != 1)
		die("no notification");
	return recvmsg(fd, &m, MSG_ERRQUEUE);
}

#define CALLS_RARE                                                                               \
	{"writev0", op_writev0}, {"peek", op_peek}, {"sendmmsg", op_sendmmsg},                   \
		{"recvmmsg", op_recvmmsg}, {"fastopen", op_fastopen}, {"zerocopy", op_zerocopy}, \
	{                                                                                        \
		"errqueue", op_errqueue                                                          \
	}

#endif
