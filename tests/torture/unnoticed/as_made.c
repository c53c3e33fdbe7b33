/* SPDX-License-Identifier: MIT */
/*
 * What is no TCP socket keeps the options it was made with, however it is used.
 * variants: udp udp6 unix dgram seqpacket raw rawtcp netlink packet
 * needs: net root
 */
#include "case.h"

#include <netinet/in.h>

static const struct kind {
	const char *name;
	int domain, type, protocol;
} kinds[] = {
	{"udp", AF_INET, SOCK_DGRAM, 0},
	{"udp6", AF_INET6, SOCK_DGRAM, IPPROTO_UDP},
	{"unix", AF_UNIX, SOCK_STREAM, 0},
	{"dgram", AF_UNIX, SOCK_DGRAM, 0},
	{"seqpacket", AF_UNIX, SOCK_SEQPACKET, 0},
	{"raw", AF_INET, SOCK_RAW, IPPROTO_ICMP},
	{"rawtcp", AF_INET, SOCK_RAW, IPPROTO_TCP},
	{"netlink", AF_NETLINK, SOCK_RAW, 0},
	{"packet", AF_PACKET, SOCK_RAW, 0},
};

/* Every number of SOL_SOCKET whose answer is an int that does not depend on the run. */
static void options(const char *when, int fd)
{
	char line[900];
	int name, value, len = 0;

	for (name = 1; name < 80; name++) {
		socklen_t size = sizeof(value);

		value = 0;
		/* Not what runs with it: the processor, the peer, the cookie, NAPI's number. */
		if (name == SO_INCOMING_CPU || name == SO_PEERCRED || name == SO_COOKIE ||
			name == SO_INCOMING_NAPI_ID || name == SO_MEMINFO ||
			name == 77 /* SO_PEERPIDFD */)
			continue;
		if (getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 && value)
			len += sprintf(line + len, " %d=%d", name, value);
	}
	line[len] = '\0';
	say("%s:%s", when, line);
}

static int made(const struct kind *k, int more)
{
	int fd = socket(k->domain, k->type | more, k->protocol);

	sure(fd >= 0, "socket");
	return fd;
}

static void connected(const struct kind *k)
{
	struct sockaddr_in6 six = {
		.sin6_family = AF_INET6, .sin6_port = htons(9), .sin6_addr = in6addr_loopback};
	struct sockaddr_in four = {.sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = made(k, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (k->domain == AF_INET)
		DO(connect(fd, (struct sockaddr *)&four, sizeof(four)));
	if (k->domain == AF_INET6)
		DO(connect(fd, (struct sockaddr *)&six, sizeof(six)));
	options("connected", fd);
	close(fd);
}

static void paired(const struct kind *k)
{
	int end[2];

	if (k->domain != AF_UNIX)
		return;
	sure(socketpair(AF_UNIX, k->type, 0, end) == 0, "socketpair");
	DO(write(end[0], "ab", 2));
	options("pair", end[0]);
	close(end[0]);
	close(end[1]);
}

int torture(const char *variant)
{
	const struct kind *k = kinds;
	char c;
	int fd;

	while (strcmp(k->name, variant))
		k++;
	fd = made(k, 0);
	options("made", fd);
	DO(recv(fd, &c, 1, MSG_DONTWAIT));
	options("used", fd);
	close(fd);
	connected(k);
	paired(k);
	return 0;
}
