/* SPDX-License-Identifier: MIT */
#include "policy/deadline.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <time.h>

#include "policy/conn.h"
#include "policy/failfast.h"
#include "sys/raw.h"
#include "sys/real.h"

/* One call under way. */
struct wait {
	struct call call;
	int errno_before; /* a call that goes well leaves errno alone, whatever it met */
	short events;
	int64_t end_ms; /* CLOCK_MONOTONIC; 0: no deadline in this direction, the plain call */
};

/* How far into the caller's vector the call has come, without touching it. */
struct cursor {
	struct iovec part;
	struct iovec *iov;
	size_t left; /* elements from iov on */
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static struct wait wait_begin(struct call c, short events)
{
	const struct config *config = conn_config(connpool_get(c.word));
	int timeout = events == POLLIN ? config->recv_timeout_ms : config->send_timeout_ms;

	return (struct wait){
		.call = c,
		.errno_before = errno,
		.events = events,
		.end_ms = timeout ? now_ms() + timeout : 0,
	};
}

static bool blocks(int fd, int flags)
{
	return !(flags & MSG_DONTWAIT) && !(raw3(SYS_fcntl, fd, F_GETFL, 0) & O_NONBLOCK);
}

/*
 * Was the interrupted call to be restarted?  poll(2) never is, a plain receive is after a handler
 * with SA_RESTART.  Which handler ran is not to be known; where the program has both kinds it is
 * used to EINTR, and gets it.
 */
static bool restarts(void)
{
	struct {
		void (*handler)(int);
		unsigned long flags;
		void (*restorer)(void);
		uint64_t mask;
	} a;

	for (int sig = 1; sig <= 64; sig++) {
		if (raw6(SYS_rt_sigaction, sig, 0, (long)&a, sizeof(a.mask), 0, 0) ||
			a.handler == SIG_DFL || a.handler == SIG_IGN)
			continue;
		if (!(a.flags & SA_RESTART))
			return false;
	}
	return true;
}

/* After EAGAIN: waits.  True to try again; false with errno set to give up. */
static bool again(const struct wait *w, int flags)
{
	struct pollfd p = {.fd = w->call.fd, .events = w->events};
	int64_t left;
	int n;

	if (errno != EAGAIN || !blocks(w->call.fd, flags))
		return false;
	for (;;) {
		left = w->end_ms - now_ms();
		if (left <= 0) {
			errno = ETIMEDOUT;
			return false;
		}
		n = poll(&p, 1, (int)left);
		if (n > 0)
			return true;
		if (n < 0 && !(errno == EINTR && restarts()))
			return false;
	}
}

static void advance(struct cursor *at, struct msghdr *msg, size_t bytes)
{
	while (at->left && bytes >= msg->msg_iov->iov_len) {
		bytes -= msg->msg_iov->iov_len;
		at->iov++;
		at->left--;
		msg->msg_iov = at->iov;
		msg->msg_iovlen = at->left;
		if (!at->left || !bytes)
			return;
	}
	if (!at->left)
		return;
	at->part.iov_base = (char *)msg->msg_iov->iov_base + bytes;
	at->part.iov_len = msg->msg_iov->iov_len - bytes;
	msg->msg_iov = &at->part; /* the rest of one element alone; then on from the next */
	msg->msg_iovlen = 1;
}

/* Nothing more came of it: what the failure says about the peer. */
static void judge(const struct wait *w, ssize_t done, int flags)
{
	struct call c = w->call;
	bool receiving = w->events == POLLIN;
	KEEP_ERRNO;

	if (errno_kept == ETIMEDOUT && now_ms() >= w->end_ms)
		failfast_deadline(c.fd, c.word, receiving);
	else if (receiving)
		call_received(c, -1, 0);
	else
		call_sent(c, -1, flags);
	/* The kernel's error is used up, and the caller gets a count: the next call must fail. */
	if (done && errno_kept != ETIMEDOUT && errno_kept != EINTR && errno_kept != EAGAIN)
		failfast_used_up(c.word, errno_kept);
}

/* The end of a call that had got `done` bytes through when `n` came. */
static ssize_t result(
	const struct wait *w, ssize_t done, ssize_t n, const struct msghdr *msg, int flags)
{
	if (n < 0)
		judge(w, done, flags);
	n = done ? done : n;
	if (n < 0)
		return n;
	errno = w->errno_before;
	return w->events == POLLIN
		       ? call_received(w->call, n, call_wanted(msg->msg_iov, msg->msg_iovlen))
		       : call_sent(w->call, n, flags);
}

COLD ssize_t deadline_receive(struct call c, struct msghdr *msg, int flags)
{
	struct wait w = wait_begin(c, POLLIN);
	struct cursor at = {.iov = msg->msg_iov, .left = msg->msg_iovlen};
	struct msghdr rest = *msg;
	ssize_t done = 0, n;

	if (!w.end_ms) {
		n = real_recvmsg(c.fd, msg, flags);
		return n < 0 ? call_received(c, n, 0) : result(&w, 0, n, msg, flags);
	}
	do {
		n = real_recvmsg(c.fd, &rest, flags | MSG_DONTWAIT);
		if (!done && n >= 0) {
			msg->msg_controllen = rest.msg_controllen;
			msg->msg_flags = rest.msg_flags;
			msg->msg_namelen = rest.msg_namelen;
		}
		if (n > 0 && flags & MSG_WAITALL && !(flags & MSG_PEEK)) {
			done += n;
			rest.msg_controllen = 0;
			advance(&at, &rest, (size_t)n);
			continue; /* until the vector is full, the stream ends, or time is up */
		}
		if (n >= 0)
			break;
	} while (n >= 0 ? at.left > 0 : again(&w, flags));
	return result(&w, done, n, msg, flags);
}

COLD ssize_t deadline_send(struct call c, const struct msghdr *msg, int flags)
{
	struct wait w = wait_begin(c, POLLOUT);
	struct cursor at = {.iov = msg->msg_iov, .left = msg->msg_iovlen};
	struct msghdr rest = *msg;
	ssize_t done = 0, n;

	if (!w.end_ms)
		return call_sent(c, real_sendmsg(c.fd, msg, flags | sigpipe_flag), flags);
	do {
		n = real_sendmsg(c.fd, &rest, flags | MSG_DONTWAIT | sigpipe_flag);
		if (n < 0)
			continue;
		done += n;
		rest.msg_controllen = 0;
		advance(&at, &rest, (size_t)n);
		if (flags & MSG_DONTWAIT)
			break;
	} while (n >= 0 ? at.left > 0 : again(&w, flags));
	return result(&w, done, n, msg, flags);
}
