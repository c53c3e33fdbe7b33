/* SPDX-License-Identifier: MIT */
/* After its own filter a program forks, and its children do: each uses what is open, and ends by
 * the SIGPIPE that it asks for.
 * variants: prctl syscall
 */
#include "filter.h"

static int tcp[2], local[2];

static void install(const char *how)
{
	struct filter f;

	filter_begin(&f);
	ALLOW(&f, SYS_read, SYS_write, SYS_close, SYS_exit_group, SYS_clone, SYS_wait4,
		SYS_set_robust_list, SYS_rt_sigprocmask, SYS_rseq, SYS_sendto);
	filter_install(&f, SECCOMP_RET_KILL_PROCESS, how);
}

/* The connection is dead already: the last call ends the process. */
static void use(int generations)
{
	pid_t pid;
	char c;

	DO(write(local[0], "x", 1));
	DO(read(local[1], &c, 1));
	DO(send(tcp[0], "x", 1, MSG_NOSIGNAL));
	if (generations) {
		pid = fork();
		if (!pid) {
			use(generations - 1);
			_exit(7);
		}
		say("generation %d: %d", generations, child_status(pid));
	}
	DO(close(local[1]));
	DO(write(tcp[0], "x", 1));
	say("not reached");
}

int torture(const char *variant)
{
	pid_t pid;

	tcp_pair(tcp);
	unix_pair(local);
	reset(tcp, 1);
	pid = fork();
	if (!pid) {
		install(variant);
		use(3);
		_exit(8);
	}
	say("status %d", child_status(pid));
	return 0;
}
