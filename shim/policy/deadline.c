/* SPDX-License-Identifier: MIT */
/*
 * The first part is received or sent with the program's own arguments, so that the kernel judges
 * them as it would in the plain call.  Whatever comes after a part is for the program's next call
 * to see: no further part is tried where poll(2) says that it would get an error.
 */
#include "policy/deadline.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <time.h>

#include "policy/conn.h"
#include "policy/failfast.h"
#include "sys/copy.h"
#include "sys/raw.h"
#include "sys/real.h"

#define BYTES_MAX 0x7ffff000 /* MAX_RW_COUNT of Linux: what one call moves at most */
#define NO_WAIT   (MSG_DONTWAIT | MSG_ERRQUEUE | MSG_OOB | MSG_FASTOPEN)

/* One call under way. */
struct wait {
	struct call call;
	const struct deadline_io *io;
	int64_t end_ms;     /* CLOCK_MONOTONIC */
	int errno_before;   /* a call that goes well leaves errno alone, whatever it met */
	int error;          /* what ended it, or 0 */
	bool late;          /* that was the deadline */
	ssize_t done;       /* bytes through */
	struct msghdr rest; /* once done: the rest of io->msg */
	struct iovec part;
	struct iovec *next; /* the first element of io->msg that is not used up */
	size_t left;        /* elements from there */
};

COLD size_t deadline_length(const struct iovec *iov, size_t n)
{
	struct iovec some[16];
	size_t sum = 0, count;

	for (n = n <= IOV_MAX ? n : 0; n; n -= count, iov += count) {
		count = n < ARRAY_SIZE(some) ? n : ARRAY_SIZE(some);
		if (!copy_from_program(some, iov, count * sizeof(*some)))
			return 0;
		for (size_t i = 0; i < count; i++) {
			if (some[i].iov_len > BYTES_MAX - sum)
				return 0;
			sum += some[i].iov_len;
		}
	}
	return sum;
}

/* Is it other than the kernel's default on a socket whose history we did not see? */
static bool found_set(int fd, int option)
{
	struct timeval t = {0};
	socklen_t len = sizeof(t);

	return !raw5(SYS_getsockopt, fd, SOL_SOCKET, option, (long)&t, (long)&len) &&
	       (t.tv_sec || t.tv_usec);
}

/* Did the program set itself how long it waits? */
static bool chosen(int fd, const struct conn *c, enum result_kind kind)
{
	bool sends = kind == RESULT_SENT;

	if (conn_config(c)->override == OVERRIDE_FORCE)
		return false;
	if (!c || c->unseen || c->how == CONN_ACCEPT)
		if (found_set(fd, sends ? SO_SNDTIMEO : SO_RCVTIMEO))
			return true;
	if (sends)
		return c && sockopt_is_in(&c->chosen, SOCKOPT_SO_SNDTIMEO);
	return c && (sockopt_is_in(&c->chosen, SOCKOPT_SO_RCVTIMEO) ||
			    sockopt_is_in(&c->chosen, SOCKOPT_SO_RCVLOWAT));
}

/* How long this call may take; 0: it gets no deadline of ours. */
static int limit_ms(struct call c, const struct deadline_io *io)
{
	const struct conn *conn = connpool_get(c.word);
	const struct config *config = conn_config(conn);
	bool sends = io->kind == RESULT_SENT;
	int limit = sends ? config->send_timeout_ms : config->recv_timeout_ms;

	if (!limit || !io->len || io->len > BYTES_MAX || io->flags & NO_WAIT)
		return 0;
	if (sends && (c.word & FDTAB_CONNECTING ||
			     io->msg->msg_namelen > sizeof(struct sockaddr_storage)))
		return 0;
	if (!sends && io->flags & MSG_WAITALL && (io->flags & MSG_PEEK || io->msg->msg_controllen))
		return 0;
	return chosen(c.fd, conn, io->kind) ? 0 : limit;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/*
 * Was the interrupted call to be restarted?  poll(2) never is, a plain receive is after a handler
 * with SA_RESTART.  Which handler ran is not to be known; where the program has both kinds it is
 * used to EINTR, and gets it.
 */
static bool restarts(void)
{
	struct raw_sigaction a;

	for (int sig = 1; sig <= 64; sig++) {
		if (raw6(SYS_rt_sigaction, sig, 0, (long)&a, sizeof(a.mask), 0, 0) ||
			a.handler == SIG_DFL || a.handler == SIG_IGN ||
			(sig == SIGPIPE && sigpipe_covers()))
			continue;
		if (!(a.flags & SA_RESTART))
			return false;
	}
	return true;
}

static bool stop(struct wait *w, int error)
{
	w->error = error;
	return false;
}

/* After a part: would one more get bytes through?  Bytes that have come are given before an error.
 */
static bool goes_on(const struct wait *w, short revents)
{
	int waiting = 0;

	if (w->io->kind == RESULT_SENT)
		return !(revents & (POLLERR | POLLHUP | POLLNVAL));
	if (!(revents & (POLLERR | POLLNVAL)))
		return true;
	return !raw3(SYS_ioctl, w->call.fd, FIONREAD, (long)&waiting) && waiting > 0;
}

/* Waits.  True to try again. */
static bool again(struct wait *w)
{
	struct pollfd p = {w->call.fd, w->io->kind == RESULT_SENT ? POLLOUT : POLLIN, 0};
	int64_t left;
	int n;

	if (raw3(SYS_fcntl, p.fd, F_GETFL, 0) & O_NONBLOCK)
		return stop(w, EAGAIN);
	for (;;) {
		left = w->end_ms - now_ms();
		if (left <= 0) {
			w->late = true;
			return stop(w, ETIMEDOUT);
		}
		n = real_poll(&p, 1, (int)left);
		if (n > 0)
			return !w->done || goes_on(w, p.revents) || stop(w, 0);
		/* The plain call is restarted only where it has got nothing through. */
		if (n < 0 && (errno != EINTR || w->done || !restarts()))
			return stop(w, errno);
	}
}

/* n bytes more are through.  True where there are some left to go. */
static bool advance(struct wait *w, size_t n)
{
	struct iovec *at = w->done ? w->rest.msg_iov : w->next;

	w->done += (ssize_t)n;
	while (w->left && n >= at->iov_len) {
		n -= at->iov_len;
		at = ++w->next;
		w->left--;
	}
	if (!w->left)
		return false;
	/* The rest of one element alone; then on from the next. */
	w->part = (struct iovec){(char *)at->iov_base + n, at->iov_len - n};
	w->rest = (struct msghdr){.msg_iov = &w->part, .msg_iovlen = 1};
	return true;
}

static ssize_t attempt(const struct wait *w)
{
	const struct deadline_io *io = w->io;
	struct msghdr *msg = w->done ? (struct msghdr *)&w->rest : io->msg;
	int flags = io->flags | MSG_DONTWAIT;

	if (io->kind == RESULT_SENT) /* an EPIPE behind a part is not for this call to signal */
		return real_sendmsg(
			w->call.fd, msg, flags | sigpipe_flag | (w->done ? MSG_NOSIGNAL : 0));
	if (!io->from || w->done)
		return real_recvmsg(w->call.fd, msg, flags);
	return real_recvfrom(
		w->call.fd, msg->msg_iov->iov_base, io->len, flags, msg->msg_name, io->addrlen);
}

/* Nothing more came of it: what the failure says about the peer. */
static void judge(const struct wait *w)
{
	struct call c = w->call;

	errno = w->error;
	if (w->late)
		failfast_deadline(c.fd, c.word, w->io->kind == RESULT_RECEIVED);
	else if (w->io->kind == RESULT_RECEIVED)
		result_received(c, -1, 0, 0);
	else
		result_sent(c, -1, w->io->flags | (w->done ? MSG_NOSIGNAL : 0));
	if (w->done && !w->late) /* it came between poll and the next part */
		failfast_used_up(c.fd, c.word, w->error);
}

static ssize_t result(const struct wait *w, ssize_t n)
{
	if (w->error)
		judge(w);
	if (w->error && !w->done) {
		errno = w->error;
		return -1;
	}
	errno = w->errno_before;
	n = w->done ? w->done : n;
	return w->io->kind == RESULT_RECEIVED
		       ? result_received(w->call, n, w->io->len, w->io->flags)
		       : result_sent(w->call, n, w->io->flags);
}

COLD bool deadline_call(struct call *c, const struct deadline_io *io, ssize_t *ret)
{
	int limit = limit_ms(*c, io);
	bool whole = io->kind == RESULT_SENT || io->flags & MSG_WAITALL;
	struct wait w = {.call = *c, .io = io, .errno_before = errno};
	ssize_t n;

	if (!limit)
		return false;
	w.end_ms = now_ms() + limit;
	w.next = io->msg->msg_iov;
	w.left = io->msg->msg_iovlen;
	do {
		n = attempt(&w);
		w.error = n < 0 ? errno : 0;
	} while ((n < 0 ? w.error == EAGAIN : n > 0 && whole && advance(&w, (size_t)n)) &&
		 again(&w));
	if (w.error == ENOTSOCK && !w.done) { /* given to a file or a pipe behind our back */
		conn_closing(c->fd);
		c->word = FDTAB_PLAIN;
		errno = w.errno_before;
		return false;
	}
	*ret = result(&w, n);
	return true;
}

COLD bool deadline_received(struct call *c, struct iovec iov, int flags, struct sockaddr *addr,
	socklen_t *addrlen, ssize_t *got)
{
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1, .msg_name = addr};
	struct deadline_io io = {RESULT_RECEIVED, flags, iov.iov_len, &msg, addrlen, true};

	return deadline_call(c, &io, got);
}

COLD bool deadline_sent(struct call *c, struct iovec iov, int flags, const struct sockaddr *addr,
	socklen_t addrlen, ssize_t *sent)
{
	struct msghdr msg = {.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_name = (struct sockaddr *)addr,
		.msg_namelen = addrlen};
	struct deadline_io io = {RESULT_SENT, flags, iov.iov_len, &msg, NULL, false};

	return deadline_call(c, &io, sent);
}
