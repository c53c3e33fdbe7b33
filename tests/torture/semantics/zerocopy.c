/* SPDX-License-Identifier: MIT */
/* MSG_ZEROCOPY and what its error queue tells; on loopback the kernel copies all the same.
 * variants: tcp udp
 */
#include "states.h"

#include <linux/errqueue.h>

static void completion(int fd)
{
	char control[128];
	struct msghdr *m = msg_of(NULL, 0, NULL, 0, control, sizeof(control));
	struct sock_extended_err *e;
	struct cmsghdr *c;

	await(fd, 0);
	DO(recvmsg(fd, m, MSG_ERRQUEUE));
	c = CMSG_FIRSTHDR(m);
	e = (struct sock_extended_err *)CMSG_DATA(c);
	say("  flags=%x level=%d type=%d errno=%u origin=%d code=%d info=%u data=%u", m->msg_flags,
		c->cmsg_level, c->cmsg_type, e->ee_errno, e->ee_origin, e->ee_code, e->ee_info,
		e->ee_data);
}

int torture(const char *variant)
{
	static char big[32768];
	int fd = state(variant), one = 1;

	DO(send(fd, big, 16, MSG_ZEROCOPY));
	DO(setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &one, sizeof(one)));
	DO(send(fd, big, sizeof(big), MSG_ZEROCOPY));
	while (recv(peer, big, sizeof(big), MSG_DONTWAIT) > 0)
		;
	completion(fd);
	DO(sendmsg(fd, msg_of(NULL, 0, iov_of(big, 4096), 2, NULL, 0), MSG_ZEROCOPY));
	await(peer, POLLIN);
	while (recv(peer, big, sizeof(big), MSG_DONTWAIT) > 0)
		;
	completion(fd);
	DO(recvmsg(fd, msg_of(NULL, 0, NULL, 0, NULL, 0), MSG_ERRQUEUE));
	DO(option(fd, SOL_SOCKET, SO_ERROR));
	DO(recv(fd, big, 4, MSG_DONTWAIT));
	state_end(fd);
	return 0;
}
