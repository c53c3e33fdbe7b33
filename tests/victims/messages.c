/* SPDX-License-Identifier: MIT */
/*
 * messages: "one", "" and "three" by one sendmmsg() over a pair of datagram sockets, and 0.3 s
 * later "four"; all four are received by one recvmmsg() of another thread.
 */
#include <pthread.h>
#include <sys/uio.h>

#include "victim.h"

enum { COUNT = 4 };

static int pair[2];
static const char *const text[COUNT] = {"one", "", "three", "four"};
static char in[COUNT][16];

static void *receive(void *unused)
{
	struct mmsghdr m[COUNT] = {0};
	struct iovec iov[COUNT];

	for (int i = 0; i < COUNT; i++) {
		iov[i] = (struct iovec){in[i], sizeof(in[i])};
		m[i].msg_hdr = (struct msghdr){.msg_iov = &iov[i], .msg_iovlen = 1};
	}
	if (recvmmsg(pair[1], m, COUNT, 0, NULL) != COUNT)
		die("recvmmsg");
	return unused;
}

int main(void)
{
	struct mmsghdr m[COUNT] = {0};
	struct iovec iov[COUNT];
	pthread_t thread;

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) ||
		pthread_create(&thread, NULL, receive, NULL))
		die("socketpair");
	for (int i = 0; i < COUNT; i++) {
		iov[i] = (struct iovec){(char *)text[i], strlen(text[i])};
		m[i].msg_hdr = (struct msghdr){.msg_iov = &iov[i], .msg_iovlen = 1};
	}
	usleep(100000);
	if (sendmmsg(pair[0], m, COUNT - 1, 0) != COUNT - 1)
		die("sendmmsg");
	usleep(300000);
	if (send(pair[0], text[3], strlen(text[3]), 0) < 0)
		die("send");
	pthread_join(thread, NULL);
	return 0;
}
