/* SPDX-License-Identifier: MIT */
/* The kernel says that there is more than it has written, and nothing is mapped there. */
#include "states.h"

#include <linux/filter.h>

/* The peer's address, of which the program wants none, or a part. */
static void addresses(int fd, char *at, socklen_t room)
{
	struct iovec iov = {(char[8]){0}, 8};
	struct msghdr msg = {.msg_name = at, .msg_namelen = room, .msg_iov = &iov, .msg_iovlen = 1};
	struct mmsghdr vec = {.msg_hdr = msg};
	struct sockaddr_storage to;
	socklen_t len = sizeof(to);
	int from = socket(AF_INET, SOCK_DGRAM, 0), i;

	sure(getsockname(fd, (struct sockaddr *)&to, &len) == 0, "getsockname");
	for (i = 0; i < 4; i++)
		sure(sendto(from, "abc", 3, 0, (struct sockaddr *)&to, len) == 3, "sendto");
	len = room;
	DO(recvfrom(fd, iov.iov_base, 8, 0, (struct sockaddr *)at, &len));
	len = room;
	DO(recvfrom(fd, iov.iov_base, 8, MSG_PEEK, (struct sockaddr *)at, &len));
	say("%u", len);
	DO(recvmsg(fd, &msg, 0));
	DO(recvmmsg(fd, &vec, 1, MSG_WAITFORONE, NULL));
	say("%u %u", msg.msg_namelen, vec.msg_hdr.msg_namelen);
	close(from);
}

static void packet_filter(int fd)
{
	struct sock_filter accepts[8];
	struct sock_fprog filter = {8, accepts};
	socklen_t len = 0;
	int i;

	for (i = 0; i < 8; i++)
		accepts[i] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0xffff);
	DO(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)));
	DO(getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, (void *)16, &len));
	say("%u", len);
}

/* tcp(7): MSG_TRUNC throws bytes away.  A fork child, so that nothing is known of the socket. */
static void thrown_away(int fd)
{
	sure(send(peer, "abc", 3, 0) == 3, "send");
	if (fork() == 0) {
		struct pollfd p = {fd, POLLIN, 0};

		poll(&p, 1, -1);
		DO(recv(fd, NULL, 3, MSG_TRUNC));
		_exit(0);
	}
	wait(NULL);
}

int torture(const char *variant)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	(void)variant;
	sure(bind(fd, (struct sockaddr *)&any, sizeof(any)) == 0, "bind");
	addresses(fd, (char *)16, 0);
	addresses(fd, state_edge() - 4, 4);
	packet_filter(fd);
	thrown_away(state_tcp());
	return 0;
}
