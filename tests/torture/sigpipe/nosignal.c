/* SPDX-License-Identifier: MIT */
/* A program that gives MSG_NOSIGNAL itself gets none: the handler does not run, nothing waits where
 * it is blocked, and the default disposition does not kill.
 * variants: default handler blocked
 */
#include "ways.h"

static void send_all(int fd, int flags)
{
	struct msghdr msg = {.msg_iov = two, .msg_iovlen = 2};
	struct mmsghdr vec[2] = {{msg, 77}, {msg, 78}};

	DO(send(fd, "y", 1, flags));
	DO(__send(fd, "y", 1, flags));
	DO(send(fd, "", 0, flags));
	DO(sendto(fd, "y", 1, flags, NULL, 0));
	DO(sendmsg(fd, &msg, flags));
	DO(sendmmsg(fd, vec, 2, flags));
	say("msg_len %u %u, msg_flags %d", vec[0].msg_len, vec[1].msg_len, msg.msg_flags);
	DO(syscall(SYS_sendto, fd, "y", 1, flags, NULL, 0));
}

int torture(const char *variant)
{
	static const char *const sockets[] = {"tcp", "unix", "seqpacket", "pipe"};

	if (*variant == 'h')
		set_siginfo(0);
	if (*variant == 'b')
		mask_sigpipe(SIG_BLOCK);
	for (size_t k = 0; k < COUNT(sockets); k++) {
		int fd = dead(sockets[k]);

		say("%s", sockets[k]);
		send_all(fd, MSG_NOSIGNAL);
		send_all(fd, MSG_NOSIGNAL | MSG_DONTWAIT | MSG_MORE);
		say_pending("pending");
		say_caught("caught");
		DO(close(fd));
	}
	return 0;
}
