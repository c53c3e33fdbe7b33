/* SPDX-License-Identifier: MIT */
/*
 * Errors that a program learns of by waiting.  A wait only remembers that there is one: the next
 * call gets its errno, and the verdict then says that it was met here.  A program that asks no more
 * and closes is told of the death at the close.  select() calls such a descriptor readable, no
 * more, and is not looked at.  Where no wait ever told of an error nothing here makes a system
 * call.  AS-safe; errno is kept; nothing changes in a vfork child.
 */
#ifndef PEERLESS_POLICY_READINESS_H
#define PEERLESS_POLICY_READINESS_H

#include <poll.h>
#include <sys/epoll.h>

#include "policy/derive.h"
#include "runtime/fdtab.h"
#include "sys/compiler.h"

struct conn;
struct tcpinfo;

/* There is an ERR among what poll() or epoll_wait() said.  Both return ret. */
int readiness_poll_error(int ret, const struct pollfd *fds, nfds_t n);
int readiness_epoll_error(int ret);

/* Before fd is put into an epoll set, or waited for otherwise there. */
void readiness_watched(int fd);

/* After poll() and its kin: ret is their result. */
static inline int readiness_polled(int ret, const struct pollfd *fds, nfds_t n)
{
	const struct pollfd *p = fds, *end = fds + n;

	if (UNLIKELY(ret <= 0))
		return ret;
	do {
		if (UNLIKELY(p->revents & POLLERR))
			return readiness_poll_error(ret, fds, n);
	} while (++p != end);
	return ret;
}

/* After epoll_wait() and its kin. */
static inline int readiness_epolled(int ret, const struct epoll_event *events)
{
	for (int left = ret; left > 0; left--)
		if (UNLIKELY(events++->events & EPOLLERR))
			return readiness_epoll_error(ret);
	return ret;
}

/*
 * The last descriptor of w's connection, fd, is about to be closed: is there a death that was told
 * to nobody?  fd may be -1, gone already.  May not return (exit, abort).
 */
void readiness_closing(int fd, fdtab_word w);
/* The same where dup2() may be about to close `to`. */
void readiness_replacing(int from, int to);

/*
 * A call on c's TCP socket gave an end of stream.  0: the peer's; else the likely errno of c's
 * death, which another call has had: the kernel gives it to one that waits, 0 to all others.
 */
int readiness_taken(int fd, const struct conn *c);

/* The likely errno of a connection that ended with one, unread, after age_ms of a handshake or...
 */
int readiness_connect_errno(const struct tcpinfo *i, uint64_t age_ms, int limit_ms);
/* ... after data, where limit_ms is how long the kernel's timers let a peer be silent. */
int readiness_data_errno(const struct tcpinfo *i, int limit_ms);
/* The timers of this TCP socket, from what it has, whoever set it. */
struct derive_plan readiness_plan(int fd);

#endif
