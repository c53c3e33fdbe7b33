/* SPDX-License-Identifier: MIT */
/*
 * What a call's result says.  Inline: a count of bytes on a quiet socket says nothing and is handed
 * on.  Out of line and cold: an error, an end of stream, a socket that needs more than a look.
 * All keep errno and return ret.
 */
#ifndef PEERLESS_POLICY_RESULT_H
#define PEERLESS_POLICY_RESULT_H

#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "policy/call.h"
#include "policy/opening.h"

enum result_kind { RESULT_RECEIVED, RESULT_SENT };

ssize_t result_received_oddly(fdtab_word w, int fd, ssize_t ret, size_t asked, int flags);
ssize_t result_sent_oddly(fdtab_word w, int fd, ssize_t ret, int flags);
int result_messages_oddly(
	fdtab_word w, int fd, int ret, const struct mmsghdr *vec, int flags, enum result_kind kind);

/* asked: bytes wanted, 0 where a result of 0 says nothing; flags: the program's own. */
static inline ssize_t result_received(struct call c, ssize_t ret, size_t asked, int flags)
{
	if (LIKELY(ret > 0 && !(c.word & FDTAB_ODD)))
		return ret;
	return result_received_oddly(c.word, c.fd, ret, asked, flags);
}

/* flags: the program's own, so that a MSG_NOSIGNAL that we added is known. */
static inline ssize_t result_sent(struct call c, ssize_t ret, int flags)
{
	if (LIKELY(ret >= 0 && !(c.word & FDTAB_ODD)))
		return ret;
	return result_sent_oddly(c.word, c.fd, ret, flags);
}

/* Of recvmmsg() and sendmmsg(): ret counts messages. */
static inline int result_messages(
	struct call c, int ret, const struct mmsghdr *vec, int flags, enum result_kind kind)
{
	if (LIKELY(ret > 0 && !(c.word & FDTAB_ODD)))
		return ret;
	return result_messages_oddly(c.word, c.fd, ret, vec, flags, kind);
}

/* Did the caller ask for any byte at all?  Only after the kernel has accepted the vector. */
size_t result_wanted(const struct iovec *iov, size_t n);
/* After connect(), with errno. */
void result_connected(int fd, int rc, enum opening what);
/* After getsockopt(SO_ERROR) gave the program err: what it is to see. */
int result_so_error(int fd, int err);

#endif
