/* SPDX-License-Identifier: MIT */
/* A program sends itself SIGPIPE by kill() while it receives, writes or polls on live sockets: the
 * signal comes as one of these calls returns, and is no less deadly there.
 * variants: recv send poll dead
 */
#include "dead.h"

enum { RUNS = 30 };

static int live[2], dead_fd;

static void *kill_all(void *flag)
{
	await_flag(flag, 1);
	kill(getpid(), SIGPIPE);
	return NULL;
}

static void work(char how)
{
	struct pollfd p = {.fd = live[1], .events = POLLIN};
	char buf[4096] = "";

	if (how == 'r')
		recv(live[1], buf, sizeof(buf), MSG_PEEK);
	else if (how == 's')
		sure(write(live[0], buf, 100) == 100 && read(live[1], buf, 100) == 100, "write");
	else if (how == 'p')
		poll(&p, 1, 0);
	else /* fails with EPIPE and asks for no signal */
		send(dead_fd, buf, 1, MSG_NOSIGNAL);
}

static void child(const char *variant)
{
	int64_t end = now_ms() + 10000;
	pthread_t thread;
	int flag = 0;

	unix_pair(live);
	dead_fd = dead("unix");
	if (*variant != 's')
		sure(write(live[0], "some bytes", 10) == 10, "write");
	sure(pthread_create(&thread, NULL, kill_all, &flag) == 0, "pthread_create");
	__atomic_store_n(&flag, 1, __ATOMIC_RELEASE);
	while (now_ms() < end)
		work(*variant);
	_exit(0);
}

int torture(const char *variant)
{
	int i, killed = 0;

	for (i = 0; i < RUNS; i++) {
		pid_t pid = fork();

		sure(pid >= 0, "fork");
		if (!pid)
			child(variant);
		killed += child_status(pid) == 128 + SIGPIPE;
		if (killed <= i)
			break; /* and ten seconds are lost */
	}
	say("killed: %d of %d", killed, RUNS);
	return 0;
}
