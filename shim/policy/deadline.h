/* SPDX-License-Identifier: MIT */
/*
 * RECV_TIMEOUT and SEND_TIMEOUT: one blocking call, with an end.  By MSG_DONTWAIT and poll(2), not
 * SO_RCVTIMEO: that would lose SA_RESTART and show EAGAIN on a blocking socket (KERNEL.md 8).
 * No deadline, but the plain call, for all that several calls in the place of one cannot do alike:
 * no bytes, or more than the kernel takes at once; MSG_OOB, MSG_ERRQUEUE, MSG_FASTOPEN; MSG_WAITALL
 * with MSG_PEEK or control data; a send before connect has ended; and where the program has set
 * SO_RCVTIMEO, SO_RCVLOWAT or SO_SNDTIMEO itself, unless OVERRIDE=force.
 */
#ifndef PEERLESS_POLICY_DEADLINE_H
#define PEERLESS_POLICY_DEADLINE_H

#include <sys/socket.h>

#include "policy/result.h"

/* One call as the program made it. */
struct deadline_io {
	enum result_kind kind;
	int flags;
	size_t len;         /* bytes asked for: deadline_length() where it is a vector */
	struct msghdr *msg; /* recvmsg's and sendmsg's own, else one of ours */
	socklen_t *addrlen;
	bool from; /* recvfrom: one buffer, and msg_name and addrlen are its last two arguments */
};

/* Bytes that a vector asks for; 0: that is for the kernel to say, and to refuse. */
size_t deadline_length(const struct iovec *iov, size_t n);

/*
 * True: the call is done, *ret and errno are its result: -1 with ETIMEDOUT at the deadline, or a
 * short count where some bytes went through, as SO_RCVTIMEO would.  A cancellation point.
 * False: nothing has happened, the plain call is to follow.  c is then the one to end it with: of
 * a number that turned out to be a file, nothing is known any more.
 */
bool deadline_call(struct call *c, const struct deadline_io *io, ssize_t *ret);
/* The same for recvfrom() and sendto(), and what is the same as those for a socket. */
bool deadline_received(struct call *c, struct iovec iov, int flags, struct sockaddr *addr,
	socklen_t *addrlen, ssize_t *got);
bool deadline_sent(struct call *c, struct iovec iov, int flags, const struct sockaddr *addr,
	socklen_t addrlen, ssize_t *sent);

#endif
