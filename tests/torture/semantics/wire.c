/* SPDX-License-Identifier: MIT */
/* Sockets below TCP: a netlink dump, ICMP by a raw and by a ping socket, packets as they are.
 * needs: net root
 */
#include "states.h"

#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>

static void netlink(void)
{
	struct {
		struct nlmsghdr header;
		struct ifinfomsg info;
	} ask = {{sizeof(ask), RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 1, 0}, {AF_UNSPEC}};
	struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), links = 0;
	static char buf[32768];
	struct nlmsghdr *h;
	bool more = true;
	int n;

	DO(sendmsg(fd, msg_of(&kernel, sizeof(kernel), iov_of(&ask, sizeof(ask)), 1, NULL, 0), 0));
	while (more) {
		n = recvmsg(fd,
			msg_of(&kernel, sizeof(kernel), iov_of(buf, sizeof(buf)), 1, NULL, 0), 0);
		sure(n > 0, "recvmsg");
		for (h = (void *)buf; NLMSG_OK(h, n) && more; h = NLMSG_NEXT(h, n)) {
			more = h->nlmsg_type != NLMSG_DONE;
			links += h->nlmsg_type == RTM_NEWLINK;
		}
	}
	say("links: %d", links);
	ask.header.nlmsg_type = 9999;
	DO(write(fd, &ask, sizeof(ask)));
	DO(recv(fd, buf, 4, MSG_PEEK | MSG_TRUNC) > 4);
	DO(read(fd, buf, sizeof(buf)) > 0);
	say("%s", errname(-((struct nlmsgerr *)NLMSG_DATA((struct nlmsghdr *)buf))->error));
	DO(listen(fd, 1));
	close(fd);
}

static uint16_t checksum(const void *data, size_t len)
{
	const uint16_t *p = data;
	uint32_t sum = 0;

	for (; len > 1; len -= 2)
		sum += *p++;
	sum = (sum >> 16) + (sum & 0xffff);
	return ~(sum + (sum >> 16));
}

static void icmp(int type)
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	struct icmphdr echo = {.type = ICMP_ECHO};
	int fd = DO(socket(AF_INET, type, IPPROTO_ICMP)), n;
	char buf[256];
	const struct icmphdr *reply;

	if (fd < 0)
		return;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	echo.un.echo.sequence = 7;
	echo.checksum = checksum(&echo, sizeof(echo));
	DO(connect(fd, (struct sockaddr *)&to, sizeof(to)));
	DO(send(fd, &echo, sizeof(echo), 0));
	do {
		await(fd, POLLIN);
		n = read(fd, buf, sizeof(buf));
		reply = (void *)(buf + (type == SOCK_RAW ? sizeof(struct iphdr) : 0));
	} while (reply->type != ICMP_ECHOREPLY);
	say("%d bytes, sequence %d", n, reply->un.echo.sequence);
	DO(write(fd, "short", 5));
	DO(option(fd, SOL_SOCKET, SO_KEEPALIVE));
	close(fd);
}

static void packets(void)
{
	struct sockaddr_ll from, lo = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP)};
	int fd = DO(socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_IP))), udp;
	socklen_t len = sizeof(from);
	char buf[256];

	lo.sll_ifindex = if_nametoindex("lo");
	DO(bind(fd, (struct sockaddr *)&lo, sizeof(lo)));
	udp = state("udp");
	DO(send(udp, "packet", 6, 0));
	await(fd, POLLIN);
	DO(recvfrom(fd, buf, sizeof(buf), 0, (struct sockaddr *)&from, &len));
	say("family %d, len %d, %.6s", from.sll_family, len, buf + 28);
	DO(recv(fd, buf, 4, MSG_DONTWAIT | MSG_TRUNC));
	DO(recv(fd, buf, 4, MSG_DONTWAIT | MSG_TRUNC));
	DO(accept(fd, NULL, NULL));
	close(fd);
	state_end(udp);
}

int torture(const char *variant)
{
	(void)variant;
	netlink();
	icmp(SOCK_RAW);
	icmp(SOCK_DGRAM);
	packets();
	return 0;
}
