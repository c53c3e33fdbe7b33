/* SPDX-License-Identifier: MIT */
/* Sockets of every family, type and protocol, and what a few calls say of those there are.
 * variants: all rare
 */
#include "states.h"

#include <linux/vm_sockets.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

/* What any socket can be asked. */
static void look(int fd)
{
	struct sockaddr_storage addr = {0};
	socklen_t len = sizeof(addr);
	struct pollfd p = {.fd = fd, .events = POLLIN | POLLOUT};
	char buf[4];

	fcntl(fd, F_SETFL, O_RDWR | O_NONBLOCK);
	say("  type=%d protocol=%d domain=%d", option(fd, SOL_SOCKET, SO_TYPE),
		option(fd, SOL_SOCKET, SO_PROTOCOL), option(fd, SOL_SOCKET, SO_DOMAIN));
	DO(getsockname(fd, (struct sockaddr *)&addr, &len));
	DO(listen(fd, 1));
	DO(accept(fd, NULL, NULL));
	TRY(write(fd, "", 0));
	DO(read(fd, buf, sizeof(buf)));
	TRY(send(fd, "a", 1, MSG_DONTWAIT));
	DO(recv(fd, buf, sizeof(buf), MSG_DONTWAIT));
	DO(connect(fd, &(struct sockaddr){.sa_family = AF_UNSPEC}, sizeof(struct sockaddr)));
	DO(shutdown(fd, SHUT_RDWR));
	DO(poll(&p, 1, 0));
	say("  %x", p.revents);
	DO(fcntl(fd, F_GETFD));
	DO(close(fd));
}

static void one(int family, int type, int protocol)
{
	int fd;

	errno = ERRNO_KEPT;
	fd = socket(family, type, protocol);
	say("-- %d %x %d = %s", family, type, protocol, fd < 0 ? errname(errno) : "made");
	if (fd >= 0)
		look(fd);
}

static void all(void)
{
	int family, type;

	for (family = -1; family < 50; family++)
		for (type = 0; type < 12; type++)
			if (family != AF_NETLINK && family != AF_PACKET)
				one(family, type, 0);
}

static void rare(void)
{
	static const int protocol[] = {IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP, IPPROTO_DCCP,
		IPPROTO_MPTCP, IPPROTO_UDPLITE, IPPROTO_RAW, 256 /* SMC */, -1};
	int fd[2];
	size_t i;

	for (i = 0; i < sizeof(protocol) / sizeof(*protocol); i++) {
		one(AF_INET, SOCK_STREAM, protocol[i]);
		one(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol[i]);
		one(AF_INET, SOCK_DGRAM, protocol[i]);
		one(AF_INET, SOCK_SEQPACKET, protocol[i]);
	}
	one(AF_INET, SOCK_STREAM | 04, 0);
	one(AF_INET, SOCK_STREAM | 0x10000, 0);
	one(AF_UNIX, SOCK_STREAM, 1);
	one(AF_UNIX, SOCK_RAW, 0);
	for (i = 0; i < 12; i++) {
		errno = ERRNO_KEPT;
		done("socketpair", socketpair(AF_UNIX, i, 0, fd));
		DO(socketpair(AF_INET, i, 0, fd));
		DO(socketpair(30 /* AF_TIPC */, i, 0, fd));
		DO(socketpair(AF_VSOCK, i, 0, fd));
	}
	DO(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fd));
	say("  %d %d %x %x", fcntl(fd[0], F_GETFD), fcntl(fd[1], F_GETFD), fcntl(fd[0], F_GETFL),
		fcntl(fd[1], F_GETFL));
}

int torture(const char *variant)
{
	block_sigpipe();
	*variant == 'a' ? all() : rare();
	return 0;
}
