/* SPDX-License-Identifier: MIT */
/* What comes beside the bytes: time stamps, IP_PKTINFO, TTL and TOS, and the error queue of a UDP
 * socket whose peer is not there.
 * variants: info refused
 */
#include "states.h"

#include <linux/errqueue.h>

static void show(struct msghdr *m)
{
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		say("  level=%d type=%d len=%zu", c->cmsg_level, c->cmsg_type, c->cmsg_len);
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO)
			say("  to %x", ntohl(((struct in_pktinfo *)CMSG_DATA(c))->ipi_addr.s_addr));
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) {
			struct sock_extended_err *e = (struct sock_extended_err *)CMSG_DATA(c);

			say("  errno=%s origin=%d type=%d code=%d", errname(e->ee_errno),
				e->ee_origin, e->ee_type, e->ee_code);
		}
	}
}

static void info(void)
{
	static const struct {
		int level, name;
	} ask[] = {{SOL_SOCKET, SO_TIMESTAMP}, {IPPROTO_IP, IP_PKTINFO}, {IPPROTO_IP, IP_RECVTTL},
		{IPPROTO_IP, IP_RECVTOS}, {SOL_SOCKET, SO_TIMESTAMPNS}, {SOL_SOCKET, SO_RXQ_OVFL}};
	int fd = state("udp"), on = 1;
	struct mmsghdr vec[2] = {0};
	char control[512], buf[16];
	struct msghdr *m;
	size_t i;

	for (i = 0; i < sizeof(ask) / sizeof(*ask); i++) {
		DO(setsockopt(fd, ask[i].level, ask[i].name, &on, sizeof(on)));
		DO(send(peer, "info", 4, 0));
		await(fd, POLLIN);
		m = msg_of(NULL, 0, iov_of(buf, 16), 1, control, sizeof(control));
		DO(recvmsg(fd, m, 0));
		show(m);
	}
	DO(send(peer, "info", 4, 0));
	await(fd, POLLIN);
	m = msg_of(NULL, 0, iov_of(buf, 16), 1, control, 40);
	vec[0].msg_hdr = *m;
	DO(recvmmsg(fd, vec, 2, MSG_WAITFORONE, NULL));
	say("  %u bytes, flags %x", vec[0].msg_len, vec[0].msg_hdr.msg_flags);
	show(&vec[0].msg_hdr);
	state_end(fd);
}

static void refused(bool queue)
{
	char control[512], buf[16] = "";
	int fd = state("udp"), on = 1;
	struct msghdr *m;

	if (queue)
		DO(setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on)));
	close(peer);
	DO(send(fd, "lost", 4, 0));
	await(fd, 0);
	DO(write(fd, "next", 4));
	DO(read(fd, buf, sizeof(buf)));
	DO(option(fd, SOL_SOCKET, SO_ERROR));
	m = msg_of(NULL, 0, iov_of(buf, 16), 1, control, sizeof(control));
	DO(recvmsg(fd, m, MSG_ERRQUEUE));
	if (queue) {
		say("  %.4s flags %x", buf, m->msg_flags);
		show(m);
	}
	peer = -1;
	state_end(fd);
}

int torture(const char *variant)
{
	if (*variant == 'i') {
		info();
		return 0;
	}
	refused(false);
	refused(true);
	return 0;
}
