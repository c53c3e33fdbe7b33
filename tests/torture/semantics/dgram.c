/* SPDX-License-Identifier: MIT */
/* Datagrams keep their bounds: too short a buffer, MSG_TRUNC, nothing at all; and their senders.
 * variants: udp udpfree udp6 dgram seqpacket
 */
#include "states.h"

static int fd;
static struct sockaddr_storage here;
static socklen_t here_len = sizeof(here);

static int made(const char *variant)
{
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
	socklen_t len = sizeof(six);

	if (strcmp(variant, "udp6") != 0)
		return state_made(variant);
	fd = socket(AF_INET6, SOCK_DGRAM, 0);
	peer = socket(AF_INET6, SOCK_DGRAM, 0);
	sure(bind(fd, (struct sockaddr *)&six, len) == 0, "bind");
	sure(getsockname(fd, (struct sockaddr *)&six, &len) == 0, "getsockname");
	sure(connect(peer, (struct sockaddr *)&six, len) == 0, "connect");
	return fd;
}

/* Another one, for fd. */
static void next(void)
{
	sure(send(peer, "datagram", 8, 0) == 8, "send");
	await(fd, POLLIN);
}

static void receive(void)
{
	struct sockaddr_storage from = {0};
	socklen_t len = sizeof(from);
	struct msghdr *m;
	char buf[32];

	next();
	DO(recv(fd, buf, 3, MSG_PEEK | MSG_TRUNC));
	DO(recv(fd, buf, 3, MSG_TRUNC));
	next();
	DO(read(fd, buf, 3));
	next();
	DO(readv(fd, iov_of(buf, 3), 2));
	next();
	DO(recvfrom(fd, buf, sizeof(buf), 0, (struct sockaddr *)&from, &len));
	say("  %.8s from %d, len %d", buf, from.ss_family, len);
	next();
	len = 3;
	DO(recvfrom(fd, buf, 3, 0, (struct sockaddr *)&from, &len));
	say("  %.3s, len %d", buf, len);
	next();
	m = msg_of(&from, sizeof(from), iov_of(buf, 3), 1, NULL, 0);
	DO(recvmsg(fd, m, 0));
	say("  flags=%x len=%d", m->msg_flags, m->msg_namelen);
	next();
	DO(recv(fd, NULL, 0, 0));
	DO(recv(fd, buf, sizeof(buf), MSG_DONTWAIT));
}

static void nothing(void)
{
	char buf[4];

	DO(send(peer, NULL, 0, 0));
	await(fd, POLLIN);
	DO(recv(fd, buf, sizeof(buf), 0));
	DO(write(peer, "", 0));
	DO(writev(peer, NULL, 0));
	DO(sendmsg(peer, msg_of(NULL, 0, NULL, 0, NULL, 0), 0));
	DO(recv(fd, buf, sizeof(buf), MSG_DONTWAIT));
	DO(recv(fd, buf, sizeof(buf), MSG_DONTWAIT));
}

static void too_much(void)
{
	static char big[1 << 20];
	int size = 4096;

	DO(send(peer, big, 65508, MSG_DONTWAIT));
	DO(send(peer, big, 65536, MSG_DONTWAIT));
	DO(setsockopt(peer, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)));
	DO(write(peer, big, sizeof(big)));
	DO(send(peer, "x", 1, MSG_OOB));
	DO(send(peer, "x", 1, MSG_MORE | MSG_DONTWAIT));
	DO(send(peer, "y", 1, MSG_DONTWAIT));
}

static void renamed(void)
{
	struct sockaddr none = {.sa_family = AF_UNSPEC};

	getsockname(fd, (struct sockaddr *)&here, &here_len);
	DO(sendto(peer, "to", 2, 0, (struct sockaddr *)&here, here_len));
	DO(connect(peer, &none, sizeof(none)));
	DO(send(peer, "x", 1, 0));
	DO(write(peer, "x", 1));
	DO(sendto(peer, "to", 2, 0, (struct sockaddr *)&here, here_len));
	DO(sendto(peer, "to", 2, 0, (struct sockaddr *)&here, 1));
	DO(connect(peer, (struct sockaddr *)&here, here_len));
	DO(shutdown(peer, SHUT_WR));
	TRY(write(peer, "x", 1));
	DO(shutdown(fd, SHUT_RD));
	DO(listen(fd, 1));
	DO(accept(fd, NULL, NULL));
}

int torture(const char *variant)
{
	block_sigpipe();
	fd = made(variant);
	fcntl(fd, F_SETFL, O_RDWR | O_NONBLOCK);
	fcntl(peer, F_SETFL, O_RDWR | O_NONBLOCK);
	receive();
	nothing();
	too_much();
	renamed();
	return 0;
}
