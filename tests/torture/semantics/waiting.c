/* SPDX-License-Identifier: MIT */
/* What the program asked of waiting: SO_RCVTIMEO, SO_SNDTIMEO, SO_RCVLOWAT, SO_LINGER, and
 * TCP_DEFER_ACCEPT; blocking calls that end so leave the errno that they leave bare.
 * variants: tcp unix
 */
#include "states.h"

#include <sys/sendfile.h>

static void timeouts(int fd)
{
	struct timeval soon = {0, 30000}, never = {0, 0};
	static char big[1 << 20];
	char buf[8];
	struct mmsghdr vec[2] = {0};
	int refused = 0, small = 8192;

	vec[0].msg_hdr = vec[1].msg_hdr = *msg_of(NULL, 0, iov_of(buf, 8), 1, NULL, 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof(soon));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &soon, sizeof(soon));
	DO(read(fd, buf, 8));
	DO(recv(fd, buf, 8, 0));
	DO(readv(fd, iov_of(buf, 8), 1));
	DO(recvmsg(fd, msg_of(NULL, 0, iov_of(buf, 8), 1, NULL, 0), 0));
	DO(recvmmsg(fd, vec, 2, 0, NULL));
	/* Buffers that do not grow, and longer than until the first probe of a closed window. */
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
	setsockopt(peer, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	while (refused < 15)
		refused = write(fd, big, sizeof(big)) < 0 ? refused + 1 : 0;
	DO(write(fd, big, 1));
	DO(send(fd, big, 1, 0));
	DO(writev(fd, iov_of(big, 9), 2));
	DO(sendmsg(fd, msg_of(NULL, 0, iov_of(big, 9), 2, NULL, 0), 0));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &never, sizeof(never));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &never, sizeof(never));
	DO(recv(fd, buf, 8, MSG_DONTWAIT));
}

static void low_water(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	int four = 4;
	char buf[8];

	DO(setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &four, sizeof(four)));
	DO(send(peer, "ab", 2, 0));
	DO(poll(&p, 1, 30));
	DO(send(peer, "cd", 2, 0));
	await(fd, POLLIN);
	DO(read(fd, buf, 8));
}

/* What a close() with SO_LINGER leaves behind for the other end. */
static void lingering(int seconds)
{
	struct linger linger = {1, seconds};
	int end[2];
	char buf[8];

	tcp_pair(end);
	DO(setsockopt(end[0], SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)));
	DO(write(end[0], "bye", 3));
	DO(close(end[0]));
	await(end[1], POLLRDHUP);
	TRY(read(end[1], buf, 8));
	TRY(read(end[1], buf, 8));
	DO(option(end[1], SOL_SOCKET, SO_ERROR));
	close(end[1]);
}

static void deferred(void)
{
	char address[32], buf[8];
	int listener = listen_any(address), fd, got, some = 5;
	struct pollfd p = {.fd = listener, .events = POLLIN};

	DO(setsockopt(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, &some, sizeof(some)));
	fd = dial(address);
	DO(poll(&p, 1, 30));
	DO(write(fd, "now", 3));
	await(listener, POLLIN);
	got = DO(accept(listener, NULL, NULL));
	DO(recv(got, buf, 8, MSG_DONTWAIT));
	close(listener);
	state_end(fd);
	close(got);
}

int torture(const char *variant)
{
	int fd;

	block_sigpipe();
	fd = state_made(variant);
	timeouts(fd);
	state_end(fd);
	if (*variant == 'u')
		return 0;
	fd = state_made(variant);
	low_water(fd);
	state_end(fd);
	lingering(0);
	lingering(1);
	deferred();
	return 0;
}
