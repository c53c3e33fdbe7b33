/* SPDX-License-Identifier: MIT */
/* TCP_FASTOPEN: the first bytes with the SYN, by sendto, sendmsg and TCP_FASTOPEN_CONNECT; without
 * a cookie, with one, to nobody, and where the sysctl forbids it.
 * variants: on off
 * needs: net root
 */
#include "states.h"

static struct sockaddr_storage there, gone;
static struct sockaddr *const live = (struct sockaddr *)&there, *const dead =
									(struct sockaddr *)&gone;
static socklen_t len;
static int listener;

static void accepted(int fd)
{
	struct tcp_info info = {0};
	socklen_t size = sizeof(info);
	char buf[16] = "";
	int got;

	await(listener, POLLIN);
	got = DO(accept(listener, NULL, NULL));
	await(got, POLLIN);
	DO(read(got, buf, sizeof(buf)));
	getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size);
	say("  %s, with the SYN: %d, state %d", buf, !!(info.tcpi_options & 32), info.tcpi_state);
	DO(send(got, "back", 4, 0));
	await(fd, POLLIN);
	DO(read(fd, buf, sizeof(buf)));
	DO(write(fd, "again", 5));
	DO(connect(fd, live, len));
	close(got);
}

static void one(int how)
{
	int fd = socket(AF_INET, SOCK_STREAM | (how & 1 ? SOCK_NONBLOCK : 0), 0), on = 1;
	struct msghdr *m = msg_of(live, len, iov_of("hello", 5), 1, NULL, 0);
	long sent = -1;

	say("-- %d", how);
	switch (how / 2) {
	case 0: sent = DO(sendto(fd, "hello", 5, MSG_FASTOPEN, live, len)); break;
	case 1: sent = DO(sendmsg(fd, m, MSG_FASTOPEN)); break;
	case 2:
		DO(setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof(on)));
		sent = DO(connect(fd, live, len));
		DO(option(fd, SOL_SOCKET, SO_ERROR));
		sent = DO(write(fd, "hello", 5));
		break;
	}
	if (sent < 0) {
		await(fd, POLLOUT);
		DO(connect(fd, live, len));
		await(fd, POLLOUT);
		TRY(write(fd, "hello", 5));
	}
	accepted(fd);
	state_end(fd);
}

static void to_nobody(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	DO(sendto(fd, "hello", 5, MSG_FASTOPEN, dead, len));
	DO(option(fd, SOL_SOCKET, SO_ERROR));
	TRY(write(fd, "hello", 5));
	close(fd);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	DO(setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof(on)));
	DO(connect(fd, dead, len));
	TRY(write(fd, "hello", 5));
	DO(read(fd, &(char){0}, 1));
	DO(option(fd, SOL_SOCKET, SO_ERROR));
	close(fd);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	DO(sendto(fd, "hello", 5, MSG_FASTOPEN, NULL, 0));
	DO(sendto(fd, "hello", 5, MSG_FASTOPEN, live, 3));
	DO(sendto(state("unixfresh"), "hello", 5, MSG_FASTOPEN, live, len));
	DO(sendto(state("udpfree"), "hello", 5, MSG_FASTOPEN, live, len));
	DO(sendto(state("tcp"), "hello", 5, MSG_FASTOPEN, live, len));
}

int torture(const char *variant)
{
	char address[32];
	int fd, how, queue = 5;

	block_sigpipe();
	fd = open("/proc/sys/net/ipv4/tcp_fastopen", O_WRONLY);
	sure(write(fd, variant[1] == 'n' ? "3" : "0", 1) == 1, "sysctl");
	close(fd);
	parse_address("127.0.0.1,1", &gone); /* tcpmux; a port that was free may be another's now */
	listener = listen_any(address);
	len = parse_address(address, &there);
	DO(setsockopt(listener, IPPROTO_TCP, TCP_FASTOPEN, &queue, sizeof(queue)));
	for (how = 0; how < 6; how++)
		one(how);
	to_nobody();
	return 0;
}
