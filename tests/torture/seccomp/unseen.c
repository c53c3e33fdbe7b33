/* SPDX-License-Identifier: MIT */
/* A filter put in by an instruction of the program's own, which nobody sees: known connections,
 * pipes and files are still read and written by the one call that the program makes.
 * variants: kill trap
 */
#include "filter.h"

#include <fcntl.h>

static int tcp[2], local[2], pipes[2], file;

static void on_sigsys(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	say("trapped: %d", info->si_syscall);
}

/* So much that each descriptor has been used before, and nothing is left in it. */
static void exchange(void)
{
	char buf[8];

	for (int i = 0; i < 2; i++) {
		DO(send(tcp[i], "hello", 5, 0));
		DO(recv(tcp[!i], buf, 5, MSG_WAITALL));
		DO(write(tcp[i], "hello", 5));
		DO(read(tcp[!i], buf, sizeof(buf)));
		DO(send(local[i], "hello", 5, 0));
		DO(recv(local[!i], buf, sizeof(buf), 0));
	}
	DO(write(pipes[1], "hello", 5));
	DO(read(pipes[0], buf, sizeof(buf)));
	DO(write(file, "hello", 5));
	DO(read(file, buf, sizeof(buf)));
}

int torture(const char *variant)
{
	struct sigaction on = {.sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO};
	struct filter f;

	view_wanted = false; /* it calls what the filter forbids */
	sigaction(SIGSYS, &on, NULL);
	tcp_pair(tcp);
	unix_pair(local);
	sure(pipe(pipes) == 0, "pipe");
	sure((file = open(".", O_TMPFILE | O_RDWR, 0600)) >= 0, "O_TMPFILE");
	exchange();
	filter_begin(&f);
	ALLOW(&f, SYS_read, SYS_write, SYS_sendto, SYS_recvfrom, SYS_exit_group, SYS_rt_sigreturn);
	filter_install(&f, filter_action(variant), "unseen");
	exchange();
	return 0;
}
