/* SPDX-License-Identifier: MIT */
/* MSG_MORE and TCP_CORK hold bytes back, letting go sends them.
 * variants: tcp
 */
#include "states.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>

static void unsent(int fd)
{
	int held = -1;

	ioctl(fd, SIOCOUTQNSD, &held);
	say("  held back %d", held);
}

static void cork(int fd, int on)
{
	DO(setsockopt(fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(on)));
	unsent(fd);
}

int torture(const char *variant)
{
	int fd = state(variant), file = state_file(), end[2];
	struct mmsghdr vec = {.msg_hdr = *msg_of(NULL, 0, iov_of("cd", 2), 1, NULL, 0)};

	sure(pipe(end) == 0 && write(end[1], "pipe", 4) == 4, "pipe");
	DO(send(fd, "a", 1, MSG_MORE));
	DO(sendmsg(fd, msg_of(NULL, 0, iov_of("b", 1), 1, NULL, 0), MSG_MORE));
	DO(sendmmsg(fd, &vec, 1, MSG_MORE));
	DO(splice(end[0], NULL, fd, NULL, 4, SPLICE_F_MORE));
	unsent(fd);
	DO(write(fd, "e", 1));
	unsent(fd);
	cork(fd, 1);
	DO(write(fd, "a", 1));
	DO(writev(fd, iov_of("b", 1), 2));
	DO(send(fd, "b", 1, 0));
	DO(sendfile(fd, file, NULL, 3));
	unsent(fd);
	cork(fd, 0);
	DO(option(fd, IPPROTO_TCP, TCP_CORK));
	state_end(fd);
	return 0;
}
