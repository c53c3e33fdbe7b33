/* SPDX-License-Identifier: MIT */
/* No descriptor is left: each call that would make one says EMFILE, and nothing else changes.
 * variants: limit zero
 */
#include "case.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

static int end[2], listener;
static char address[32];

static void make_each(void)
{
	int pair[2] = {-7, -7};
	char c;

	DO(socket(AF_INET, SOCK_STREAM, 0));
	DO(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	say("%d %d", pair[0], pair[1]);
	DO(accept(listener, NULL, NULL));
	DO(accept4(listener, NULL, NULL, SOCK_NONBLOCK));
	DO(dup(end[0]));
	DO(dup2(end[0], 100));
	DO(dup3(end[0], 100, 0));
	DO(fcntl(end[0], F_DUPFD, 0));
	DO(fcntl(end[0], F_DUPFD_CLOEXEC, 3));
	DO(pipe(pair));
	DO(open("/dev/null", O_RDONLY));
	DO(eventfd(0, 0));
	DO(epoll_create1(0));
	DO(syscall(SYS_socket, AF_INET, SOCK_STREAM, 0));
	DO(syscall(SYS_accept, listener, NULL, NULL));
	DO(fopen("/dev/null", "r") == NULL);
	DO(send(end[0], "x", 1, 0));
	DO(recv(end[1], &c, 1, 0));
	DO(write(end[1], "x", 1));
	DO(read(end[0], &c, 1));
	DO(recv(end[0], &c, 1, MSG_DONTWAIT));
}

/* SCM_RIGHTS has no room for what comes: MSG_CTRUNC. */
static void receive_rights(int pair[2])
{
	union {
		struct cmsghdr h;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {.h = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
	struct iovec iov = {"r", 1};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control};
	char buf[4];

	m.msg_controllen = sizeof(control);
	memcpy(CMSG_DATA(&control.h), &end[0], sizeof(int));
	DO(sendmsg(pair[0], &m, 0));
	iov.iov_base = buf;
	memset(&control, 0, sizeof(control));
	DO(recvmsg(pair[1], &m, 0));
	say("flags %x, %zu of control", m.msg_flags, (size_t)m.msg_controllen);
}

int torture(const char *variant)
{
	struct rlimit was, now;
	int spare[64], pair[2], n = 0, waiting, c;

	getrlimit(RLIMIT_NOFILE, &was);
	tcp_pair(end);
	unix_pair(pair);
	listener = listen_any(address);
	waiting = dial(address);
	await(listener, POLLIN);
	now = (struct rlimit){*variant == 'z' ? 0 : 32, was.rlim_max};
	sure(setrlimit(RLIMIT_NOFILE, &now) == 0, "setrlimit");
	while (n < 64 && (spare[n] = dup(0)) >= 0)
		n++;
	make_each();
	receive_rights(pair);
	while (n > 0)
		close(spare[--n]);
	setrlimit(RLIMIT_NOFILE, &was);
	DO((c = accept(listener, NULL, NULL)) >= 0); /* it had waited */
	DO(write(c, "x", 1));
	DO(read(waiting, spare, 4));
	return 0;
}
