/* SPDX-License-Identifier: MIT */
/* A process that may only wait, write and end: each wait is the one system call that libc makes.
 * variants: prctl syscall unseen
 */
#include "filter.h"

#include <sys/epoll.h>
#include <sys/select.h>

static int tcp[2], set;

static void waits(void)
{
	struct pollfd p = {tcp[1], POLLIN, 0};
	struct timespec at_once = {0, 0}, soon = {0, 1000000};
	struct epoll_event e;
	fd_set in;

	FD_ZERO(&in);
	FD_SET(tcp[1], &in);
	DO(poll(&p, 1, -1));
	DO(ppoll(&p, 1, &soon, NULL));
	DO(select(tcp[1] + 1, &in, NULL, NULL, NULL));
	DO(pselect(tcp[1] + 1, &in, NULL, NULL, &at_once, NULL));
	DO(epoll_wait(set, &e, 1, -1));
	DO(epoll_pwait(set, &e, 1, 0, NULL));
	DO(epoll_pwait2(set, &e, 1, &soon, NULL));
	DO(poll(NULL, 0, 1));
	DO(epoll_wait(-1, &e, 1, 0));
}

int torture(const char *variant)
{
	struct epoll_event e = {.events = EPOLLIN};
	struct filter f;
	pid_t pid;

	tcp_pair(tcp);
	set = epoll_create1(0);
	sure(epoll_ctl(set, EPOLL_CTL_ADD, tcp[1], &e) == 0, "epoll");
	DO(send(tcp[0], "x", 1, 0));
	await(tcp[1], POLLIN);
	pid = fork();
	if (!pid) {
		filter_begin(&f);
		ALLOW(&f, SYS_poll, SYS_ppoll, SYS_select, SYS_pselect6, SYS_epoll_wait,
			SYS_epoll_pwait, SYS_epoll_pwait2, SYS_write, SYS_exit_group);
		filter_install(&f, SECCOMP_RET_KILL_PROCESS, variant);
		waits();
		_exit(7);
	}
	say("status %d", child_status(pid));
	return 0;
}
