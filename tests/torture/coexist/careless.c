/* SPDX-License-Identifier: MIT */
/* What every program may do, and memcheck knows: structures with bytes never set that no call
 * needs, and pointers that are bad.
 * part: of watched.sh
 */
#include "case.h"

#include <sys/uio.h>

static void *volatile bad = (void *)8;

static void sockets(void)
{
	struct sockaddr_in *in = malloc(sizeof(*in)), any = {.sin_family = AF_INET};
	int listener = socket(AF_INET, SOCK_STREAM, 0), fd = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof(any);

	sure(listen(listener, 1) == 0, "listen");
	sure(getsockname(listener, (struct sockaddr *)&any, &len) == 0, "getsockname");
	in->sin_family = AF_INET; /* sin_zero stays as it is */
	in->sin_port = any.sin_port;
	in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	DO(connect(fd, bad, sizeof(*in)));
	DO(connect(fd, (struct sockaddr *)in, sizeof(*in)));
	free(in);
	close(fd);
	close(listener);
}

static void messages(void)
{
	struct msghdr *msg = malloc(sizeof(*msg));
	struct iovec *iov = malloc(sizeof(*iov));
	char buf[2] = "hi";
	int end[2];

	tcp_pair(end);
	*iov = (struct iovec){buf, 2};
	msg->msg_name = NULL;
	msg->msg_namelen = 0;
	msg->msg_iov = iov;
	msg->msg_iovlen = 1;
	msg->msg_control = NULL;
	msg->msg_controllen = 0;
	DO(sendmsg(end[0], msg, 0));
	DO(recvmsg(end[1], msg, 0));
	DO(sendmsg(end[0], bad, 0));
	DO(recvmsg(end[1], bad, MSG_DONTWAIT));
	free(msg);
	free(iov);
	close(end[0]);
	close(end[1]);
}

int torture(const char *variant)
{
	(void)variant;
	view_wanted = false;
	sockets();
	messages();
	return 0;
}
