/* SPDX-License-Identifier: MIT */
/* Under a filter like that of sshd's preauth child: what it had open it uses, its peers die.
 * variants: prctl-kill prctl-errno prctl-trap syscall-kill syscall-errno syscall-trap
 */
#include "filter.h"

static int trapped;

/* A call that was not allowed: none of those that the program makes. */
static void on_sigsys(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	trapped++;
	say("trapped: %d", info->si_syscall);
}

static void install(const char *variant)
{
	struct filter f;

	filter_begin(&f);
	ALLOW(&f, SYS_brk, SYS_clock_gettime, SYS_close, SYS_exit, SYS_exit_group, SYS_futex,
		SYS_getrandom, SYS_gettimeofday, SYS_mmap, SYS_mprotect, SYS_mremap, SYS_munmap,
		SYS_nanosleep, SYS_clock_nanosleep, SYS_poll, SYS_ppoll, SYS_pselect6, SYS_read,
		SYS_select, SYS_shutdown, SYS_write, SYS_rt_sigreturn);
	filter_install(&f, filter_action(variant), variant);
}

static void streams(int tcp[2], int local[2])
{
	char buf[8];

	DO(write(tcp[0], "hello", 5));
	await(tcp[1], POLLIN);
	DO(read(tcp[1], buf, sizeof(buf)));
	DO(write(local[0], "hello", 5));
	DO(read(local[1], buf, sizeof(buf)));
	DO(close(tcp[1])); /* a reset: SO_LINGER was set before */
	await(tcp[0], POLLIN);
	DO(read(tcp[0], buf, 1));
	DO(write(tcp[0], "x", 1));
	DO(read(tcp[0], buf, 1));
	DO(close(local[0]));
	DO(write(local[1], "x", 1));
	DO(read(local[1], buf, 1));
	DO(shutdown(local[1], SHUT_RDWR));
	DO(close(local[1]));
	DO(close(tcp[0]));
	DO(close(tcp[0]));
}

static void others(int pipes[2], int udp)
{
	char c;

	DO(write(pipes[1], "x", 1));
	DO(read(pipes[0], &c, 1));
	DO(close(pipes[0]));
	DO(write(pipes[1], "x", 1));
	DO(write(udp, "x", 1));
	DO(close(udp));
}

int torture(const char *variant)
{
	struct sigaction on = {.sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO};
	struct linger at_once = {1, 0};
	int tcp[2], local[2], pipes[2], udp = socket(AF_INET, SOCK_DGRAM, 0);

	view_wanted = false; /* it calls what the filter forbids */
	signal(SIGPIPE, SIG_IGN);
	sigaction(SIGSYS, &on, NULL);
	tcp_pair(tcp);
	unix_pair(local);
	sure(pipe(pipes) == 0, "pipe");
	setsockopt(tcp[1], SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	install(variant);
	streams(tcp, local);
	others(pipes, udp);
	say("trapped: %d calls", trapped);
	return 0;
}
