/* SPDX-License-Identifier: MIT */
/* No descriptor is held: after each step the next number that the kernel hands out is the same,
 * from the first socket to the death of a peer and what is said about it.
 * variants: tcp unix
 */
#include "names.h"

#include <sys/epoll.h>

#define STEP(call) (DO(call), say("next: %d", next()))

/* By calls that nobody sees. */
static int next(void)
{
	int fd = (int)unseen_syscall(SYS_dup, 0, 0, 0, 0, 0, 0);

	unseen_syscall(SYS_close, fd, 0, 0, 0, 0, 0);
	return fd;
}

static void a_life(int end[2])
{
	char buf[16];

	STEP(write(end[0], "hello", 5));
	STEP(read(end[1], buf, 5));
	STEP(send(end[1], "hello", 5, 0));
	STEP(recv(end[0], buf, 16, 0));
	STEP(setsockopt(end[0], SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int)));
	STEP(fcntl(end[0], F_SETFL, O_NONBLOCK));
	STEP(read(end[0], buf, 16));
	STEP(dup(end[0]));
	STEP(dup2(end[0], 20));
	STEP(close(20));
	STEP(dprintf(end[0], "hello"));
}

static void a_death(int end[2])
{
	struct pollfd p = {.fd = end[0], .events = POLLIN};
	char buf[16];

	reset(end, 1);
	STEP(poll(&p, 1, 1000));
	STEP(read(end[0], buf, 16));
	STEP(write(end[0], "x", 1));
	STEP(write(end[0], "x", 1));
	STEP(send(end[0], "x", 1, 0));
	STEP(dprintf(end[0], "x"));
	STEP(recv(end[0], buf, 16, 0));
	STEP(shutdown(end[0], SHUT_RDWR));
}

static void a_failed_connect(void)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "nobody"};
	socklen_t len = sizeof(in);
	int s = socket(AF_INET, SOCK_STREAM, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	sure(bind(s, (struct sockaddr *)&in, len) == 0 &&
			getsockname(s, (struct sockaddr *)&in, &len) == 0 && close(s) == 0,
		"bind");
	STEP(socket(AF_INET, SOCK_STREAM, 0));
	STEP(connect(s, (struct sockaddr *)&in, sizeof(in)));
	STEP(close(s));
	STEP(socket(AF_UNIX, SOCK_STREAM, 0));
	STEP(connect(s, (struct sockaddr *)&un, sizeof(un)));
	STEP(close(s));
}

static void a_listener(void)
{
	char address[32];
	int listener, client;

	STEP((listener = listen_any(address)));
	STEP((client = dial(address)));
	STEP(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
	STEP(close(client));
	STEP(fcntl(listener, F_SETFL, O_NONBLOCK));
	STEP(accept(listener, NULL, NULL));
	STEP(close_range(listener, 19, 0));
}

int torture(const char *variant)
{
	int end[2], pair[2];

	STEP(signal(SIGPIPE, SIG_IGN) == SIG_ERR);
	STEP(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	kind_pair(variant, end);
	a_life(end);
	a_death(end);
	STEP(close(end[0]));
	a_failed_connect();
	a_listener();
	STEP(epoll_create1(0));
	STEP(child_status(fork() ?: (_exit(next()), 0)));
	return 0;
}
