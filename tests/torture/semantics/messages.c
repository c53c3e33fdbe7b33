/* SPDX-License-Identifier: MIT */
/* sendmmsg and recvmmsg: none, too many, some that fail in the middle, MSG_WAITFORONE, time-outs.
 * variants: tcp unix dgram udp seqpacket eventfd
 */
#include "states.h"

#include <limits.h>

static struct mmsghdr vec[UIO_MAXIOV + 1];
static struct iovec iov[UIO_MAXIOV + 1];
static char bytes[UIO_MAXIOV + 1];

static void fill(void)
{
	size_t i;

	memset(vec, 0, sizeof(vec));
	for (i = 0; i <= UIO_MAXIOV; i++) {
		iov[i] = (struct iovec){&bytes[i], 1};
		vec[i].msg_hdr.msg_iov = &iov[i];
		vec[i].msg_hdr.msg_iovlen = 1;
		vec[i].msg_len = 77;
	}
}

static void lengths(void)
{
	say("  %u %u %u %u", vec[0].msg_len, vec[1].msg_len, vec[2].msg_len, vec[3].msg_len);
	fill();
}

static void send_some(int fd)
{
	struct sockaddr_un nowhere = {.sun_family = AF_UNIX, .sun_path = "nowhere"};

	DO(sendmmsg(fd, vec, 0, 0));
	DO(sendmmsg(fd, NULL, 0, 0));
	DO(sendmmsg(fd, vec, 3, 0));
	lengths();
	vec[2].msg_hdr.msg_iovlen = IOV_MAX + 1;
	DO(sendmmsg(fd, vec, 4, 0));
	lengths();
	vec[0].msg_hdr.msg_iov = (void *)16;
	DO(sendmmsg(fd, vec, 4, 0));
	lengths();
	vec[1].msg_hdr.msg_name = &nowhere;
	vec[1].msg_hdr.msg_namelen = sizeof(nowhere);
	DO(sendmmsg(fd, vec, 4, 0));
	lengths();
	vec[1].msg_hdr.msg_control = (void *)16;
	vec[1].msg_hdr.msg_controllen = 20;
	DO(sendmmsg(fd, vec, 4, 0));
	lengths();
}

static void receive_some(int fd)
{
	struct timespec soon = {0, 20000000}, none = {0, 0}, wrong = {-1, 0};

	TRY(sendmmsg(peer, vec, 4, 0));
	await(fd, POLLIN);
	lengths();
	DO(recvmmsg(fd, vec, 0, 0, NULL));
	DO(recvmmsg(fd, vec, 2, MSG_DONTWAIT, NULL));
	lengths();
	DO(recvmmsg(fd, vec, 2, MSG_WAITFORONE, &wrong));
	DO(recvmmsg(fd, vec, 4, MSG_WAITFORONE | MSG_DONTWAIT, &none));
	lengths();
	DO(recvmmsg(fd, vec, 4, MSG_DONTWAIT, NULL));
	sendmmsg(peer, vec, 2, 0);
	await(fd, POLLIN);
	vec[1].msg_hdr.msg_iov = (void *)16;
	DO(recvmmsg(fd, vec, 4, MSG_DONTWAIT, &soon));
	lengths();
	DO(recvmmsg(fd, vec, 4, MSG_DONTWAIT, &soon));
	DO(recvmmsg(fd, vec, 4, MSG_ERRQUEUE, NULL));
}

int torture(const char *variant)
{
	int fd = state(variant);
	char buf[2048];

	block_sigpipe();
	fill();
	DO(sendmmsg(fd, vec, UIO_MAXIOV + 1, MSG_DONTWAIT) > 0);
	while (peer >= 0 && recv(peer, buf, sizeof(buf), MSG_DONTWAIT) > 0)
		;
	send_some(fd);
	if (peer >= 0)
		receive_some(fd);
	state_end(fd);
	return 0;
}
