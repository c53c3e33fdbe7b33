/* SPDX-License-Identifier: MIT */
/*
 * RECV_TIMEOUT and SEND_TIMEOUT: one blocking call, with an end.  By MSG_DONTWAIT and poll(2), not
 * SO_RCVTIMEO: that would lose SA_RESTART and show EAGAIN on a blocking socket (KERNEL.md 8).
 * A non-blocking socket, and a call with MSG_DONTWAIT, are as without.  Both are cancellation
 * points where the plain call is one.  -1 with ETIMEDOUT at the deadline, or a short count where
 * some bytes went through, as SO_RCVTIMEO would.
 */
#ifndef PEERLESS_POLICY_DEADLINE_H
#define PEERLESS_POLICY_DEADLINE_H

#include <sys/socket.h>

#include "policy/call.h"

/* msg->msg_controllen, msg_flags and msg_namelen are results; msg_iov is left alone. */
ssize_t deadline_receive(struct call c, struct msghdr *msg, int flags);
ssize_t deadline_send(struct call c, const struct msghdr *msg, int flags);

#endif
