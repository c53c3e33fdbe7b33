/* SPDX-License-Identifier: MIT */
/*
 * flights ADDRESS COUNT: COUNT connections, and "ready".  SIGUSR1: writes to each.  SIGUSR2: says
 * of how many the kernel has "ended", how many are "alive" without a TCP_USER_TIMEOUT, how many are
 * alive with one of 15 min and a second, "sentenced", and how many with any "other"; and ends.
 */
#include <signal.h>

#include "victim.h"

enum { COUNT_MAX = 4096 };

static int fds[COUNT_MAX];
static char data[100];

static bool is_closed(int fd)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) || info.tcpi_state == TCP_CLOSE;
}

static void tell(int count)
{
	int ended = 0, alive = 0, sentenced = 0, other = 0;

	for (int i = 0; i < count; i++) {
		int timeout = option(fds[i], IPPROTO_TCP, TCP_USER_TIMEOUT);

		if (is_closed(fds[i]))
			ended++;
		else if (timeout > 900000 && timeout < 901200)
			sentenced++;
		else if (timeout)
			other++;
		else
			alive++;
	}
	printf("ended=%d alive=%d sentenced=%d other=%d\n", ended, alive, sentenced, other);
}

int main(int argc, char **argv)
{
	int count = argc == 3 ? atoi(argv[2]) : 0, got;
	sigset_t set;

	if (count < 1 || count > COUNT_MAX)
		return 2;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (int i = 0; i < count; i++)
		fds[i] = dial(argv[1]);
	puts("ready");
	fflush(stdout);
	while (!sigwait(&set, &got) && got == SIGUSR1)
		for (int i = 0; i < count; i++)
			if (write(fds[i], data, sizeof(data)) < 0)
				die("write");
	tell(count);
	return 0;
}
