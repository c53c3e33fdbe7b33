/* SPDX-License-Identifier: MIT */
/*
 * Every wrapped call that can wait, each in a place where it does wait, and what ends the waiting.
 * Sent is over a UNIX connection, whose room is used up for sure; received over both.
 */
#ifndef BLOCKING_H
#define BLOCKING_H

#include "case.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

int __poll_chk(struct pollfd *fds, nfds_t n, int timeout, size_t len);
int __ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask,
	size_t len);

struct place {
	int fd, other;
	int more; /* where splice() and sendfile() have their byte from, or what epoll waits on */
	struct sockaddr_un address;
	socklen_t address_len;
};

static void room_receive(struct place *p)
{
	int end[2];

	tcp_pair(end);
	p->fd = end[0];
	p->other = end[1];
}

static void room_receive_unix(struct place *p)
{
	int end[2];

	unix_pair(end);
	p->fd = end[0];
	p->other = end[1];
}

static void room_epoll(struct place *p)
{
	struct epoll_event e = {.events = EPOLLIN};

	room_receive(p);
	p->more = epoll_create1(0);
	sure(epoll_ctl(p->more, EPOLL_CTL_ADD, p->fd, &e) == 0, "room_epoll");
}

/* Not one more byte goes in.  There is a byte to be sent in the file, or the pipe. */
static void room_send(struct place *p)
{
	static char bytes[4096];
	size_t len;

	room_receive_unix(p);
	for (len = sizeof(bytes); len; len /= 64)
		while (send(p->fd, bytes, len, MSG_DONTWAIT) > 0)
			;
	p->more = memfd_create("bytes", 0);
	sure(write(p->more, bytes, sizeof(bytes)) > 0, "memfd_create");
}

static void room_splice(struct place *p)
{
	int ends[2];

	room_send(p);
	close(p->more);
	sure(pipe(ends) == 0 && write(ends[1], "x", 1) == 1 && close(ends[1]) == 0, "pipe");
	p->more = ends[0];
}

static void room_listener(struct place *p)
{
	p->address = (struct sockaddr_un){.sun_family = AF_UNIX};
	p->address_len = sizeof(p->address);
	p->fd = socket(AF_UNIX, SOCK_STREAM, 0);
	sure(bind(p->fd, (struct sockaddr *)&p->address, sizeof(sa_family_t)) == 0 &&
			getsockname(p->fd, (struct sockaddr *)&p->address, &p->address_len) == 0 &&
			listen(p->fd, 0) == 0,
		"listener");
}

static int join_queue(struct place *p)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	sure(connect(fd, (struct sockaddr *)&p->address, p->address_len) == 0, "join_queue");
	return fd;
}

/* One waits to be accepted, and there is no place for another. */
static void room_connect(struct place *p)
{
	room_listener(p);
	p->other = p->fd;
	p->more = join_queue(p);
	p->fd = socket(AF_UNIX, SOCK_STREAM, 0);
}

static void end_receive(struct place *p)
{
	sure(send(p->other, "x", 1, 0) == 1, "end_receive");
}

static void end_send(struct place *p)
{
	char bytes[4096];

	while (recv(p->other, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
}

static void end_listener(struct place *p)
{
	p->other = join_queue(p);
}

static void end_connect(struct place *p)
{
	close(accept(p->other, NULL, NULL));
}

static void leave(struct place *p)
{
	close(p->fd);
	if (p->other >= 0)
		close(p->other);
	if (p->more >= 0)
		close(p->more);
}

static char byte[1];
static struct iovec vector = {byte, 1};
#define HEADER  (&(struct msghdr){.msg_iov = &vector, .msg_iovlen = 1})
#define HEADERS (&(struct mmsghdr){.msg_hdr = {.msg_iov = &vector, .msg_iovlen = 1}})

#define POLLED (&(struct pollfd){.fd = p->fd, .events = POLLIN})
#define LATER  (&(struct timespec){.tv_sec = 1000})
#define EVENT  (&(struct epoll_event){0})

static fd_set *only(fd_set *set, int fd)
{
	FD_ZERO(set);
	FD_SET(fd, set);
	return set;
}

#define CALL(name, call)                         \
	static long call_##name(struct place *p) \
	{                                        \
		return call;                     \
	}
CALL(read, read(p->fd, byte, 1))
CALL(readv, readv(p->fd, &vector, 1))
CALL(recv, recv(p->fd, byte, 1, 0))
CALL(recvfrom, recvfrom(p->fd, byte, 1, 0, NULL, NULL))
CALL(recvmsg, recvmsg(p->fd, HEADER, 0))
CALL(recvmmsg, recvmmsg(p->fd, HEADERS, 1, 0, NULL))
CALL(write, write(p->fd, byte, 1))
CALL(writev, writev(p->fd, &vector, 1))
CALL(send, send(p->fd, byte, 1, 0))
CALL(sendto, sendto(p->fd, byte, 1, 0, NULL, 0))
CALL(sendmsg, sendmsg(p->fd, HEADER, 0))
CALL(sendmmsg, sendmmsg(p->fd, HEADERS, 1, 0))
CALL(sendfile, sendfile(p->fd, p->more, &(off_t){0}, 1))
CALL(splice, splice(p->more, NULL, p->fd, NULL, 1, 0))
CALL(connect, connect(p->fd, (struct sockaddr *)&p->address, p->address_len))
CALL(poll, poll(POLLED, 1, -1))
CALL(poll_chk, __poll_chk(POLLED, 1, 1000000, sizeof(*POLLED)))
CALL(ppoll, ppoll(POLLED, 1, LATER, NULL))
CALL(ppoll_chk, __ppoll_chk(POLLED, 1, NULL, NULL, sizeof(*POLLED)))
CALL(select, select(p->fd + 1, only(&(fd_set){0}, p->fd), NULL, NULL, NULL))
CALL(pselect, pselect(p->fd + 1, only(&(fd_set){0}, p->fd), NULL, NULL, LATER, NULL))
CALL(epoll_wait, epoll_wait(p->more, EVENT, 1, -1))
CALL(epoll_pwait, epoll_pwait(p->more, EVENT, 1, 1000000, NULL))
CALL(epoll_pwait2, epoll_pwait2(p->more, EVENT, 1, LATER, NULL))
#undef CALL

static long accepted(struct place *p, int fd)
{
	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 1;
}

static long call_accept(struct place *p)
{
	return accepted(p, accept(p->fd, NULL, NULL));
}

static long call_accept4(struct place *p)
{
	return accepted(p, accept4(p->fd, NULL, NULL, SOCK_CLOEXEC));
}

static const struct blocking {
	const char *name;
	void (*room)(struct place *p);
	long (*call)(struct place *p);
	void (*end)(struct place *p);
} blocking[] = {
	{"read", room_receive, call_read, end_receive},
	{"readv", room_receive, call_readv, end_receive},
	{"recv", room_receive, call_recv, end_receive},
	{"recv unix", room_receive_unix, call_recv, end_receive},
	{"recvfrom", room_receive, call_recvfrom, end_receive},
	{"recvmsg", room_receive, call_recvmsg, end_receive},
	{"recvmmsg", room_receive, call_recvmmsg, end_receive},
	{"accept", room_listener, call_accept, end_listener},
	{"accept4", room_listener, call_accept4, end_listener},
	{"connect", room_connect, call_connect, end_connect},
	{"write", room_send, call_write, end_send},
	{"writev", room_send, call_writev, end_send},
	{"send", room_send, call_send, end_send},
	{"sendto", room_send, call_sendto, end_send},
	{"sendmsg", room_send, call_sendmsg, end_send},
	{"sendmmsg", room_send, call_sendmmsg, end_send},
	{"sendfile", room_send, call_sendfile, end_send},
	{"splice", room_splice, call_splice, end_send},
	{"poll", room_receive, call_poll, end_receive},
	{"__poll_chk", room_receive, call_poll_chk, end_receive},
	{"ppoll", room_receive_unix, call_ppoll, end_receive},
	{"__ppoll_chk", room_receive, call_ppoll_chk, end_receive},
	{"select", room_receive, call_select, end_receive},
	{"pselect", room_receive_unix, call_pselect, end_receive},
	{"epoll_wait", room_epoll, call_epoll_wait, end_receive},
	{"epoll_pwait", room_epoll, call_epoll_pwait, end_receive},
	{"epoll_pwait2", room_epoll, call_epoll_pwait2, end_receive},
	{NULL},
};

static void enter(const struct blocking *b, struct place *p)
{
	*p = (struct place){.fd = -1, .other = -1, .more = -1};
	b->room(p);
}

/* Until that thread sleeps in a system call, twice in a row in the same; 20 s at most. */
static UNUSED void await_asleep(pid_t tid)
{
	int64_t end = now_ms() + 20000;
	char path[64], text[2][256] = {{0}};
	int i = 0;

	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", (int)tid);
	do {
		FILE *f = fopen(path, "re");

		sure(f && fgets(text[i ^= 1], sizeof(text[0]), f), path);
		fclose(f);
		sure(now_ms() < end, "await_asleep");
		usleep(300);
	} while (strcmp(text[0], text[1]) != 0 || !strncmp(text[0], "running", 7));
}

#endif
