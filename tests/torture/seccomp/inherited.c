/* SPDX-License-Identifier: MIT */
/* A filter that was there before the program, from its very first instruction on: a service
 * manager's, or a sandbox's that allows just what the program calls bare.
 * variants: startup-kill service-kill service-errno nosockopt-kill nosockopt-errno noprctl-kill
 * variants: nomadvise-kill noadvice-errno nosignals-kill
 */
#include "filter.h"

#include <fcntl.h>

static const char *chosen;

/* What ld.so, libc and exit() call, and reads and writes. */
static void allow_startup(struct filter *f)
{
	ALLOW(f, SYS_execve, SYS_brk, SYS_mmap, SYS_munmap, SYS_mprotect, SYS_openat, SYS_read,
		SYS_pread64, SYS_newfstatat, SYS_fstat, SYS_close, SYS_access, SYS_arch_prctl,
		SYS_set_tid_address, SYS_set_robust_list, SYS_rseq, SYS_prlimit64, SYS_getrandom,
		SYS_write, SYS_exit_group, SYS_poll, SYS_readv, SYS_writev, SYS_lseek);
}

/* The like of systemd's @default @basic-io @file-system @io-event @network-io @signal. */
static void allow_service(struct filter *f)
{
	allow_startup(f);
	ALLOW(f, SYS_socket, SYS_socketpair, SYS_bind, SYS_listen, SYS_connect, SYS_accept,
		SYS_accept4, SYS_getsockname, SYS_getpeername, SYS_setsockopt, SYS_getsockopt,
		SYS_sendto, SYS_recvfrom, SYS_sendmsg, SYS_recvmsg, SYS_shutdown, SYS_dup, SYS_dup2,
		SYS_dup3, SYS_fcntl, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigpending,
		SYS_rt_sigtimedwait, SYS_rt_sigreturn, SYS_getpid, SYS_gettid, SYS_getuid,
		SYS_futex, SYS_clock_gettime, SYS_stat, SYS_ppoll, SYS_clock_nanosleep);
}

static void install(void)
{
	unsigned others = filter_action(chosen), action = others;
	struct filter f;

	filter_begin(&f);
	if (!strncmp(chosen, "startup", 7)) {
		allow_startup(&f);
	} else if (!strncmp(chosen, "service", 7)) {
		allow_service(&f);
	} else {
		others = SECCOMP_RET_ALLOW;
		if (!strncmp(chosen, "nosockopt", 9)) {
			filter_rule(&f, SYS_setsockopt, action);
			filter_rule(&f, SYS_getsockopt, action);
		}
		if (!strncmp(chosen, "noprctl", 7) || !strncmp(chosen, "noadvice", 8))
			filter_rule(&f, SYS_prctl, action);
		if (!strncmp(chosen, "nomadvise", 9) || !strncmp(chosen, "noadvice", 8))
			filter_rule(&f, SYS_madvise, action);
		if (!strncmp(chosen, "nosignals", 9))
			filter_rule(&f, SYS_rt_sigaction, action);
	}
	filter_install(&f, others, "unseen");
}

/* What it inherited: a connection as standard input, whose peer has sent and is gone. */
static void use_inherited(void)
{
	char c;

	DO(read(0, &c, 1));
	DO(read(0, &c, 1));
	DO(write(3, "x", 1));
	DO(read(4, &c, 1));
	DO(read(5, &c, 1));
	DO(close(5));
	DO(read(5, &c, 1));
	DO(close(0));
}

/* A network program, or a child of its. */
static void use_own(bool forks)
{
	int end[2], local[2];
	pid_t pid;
	char c;

	tcp_pair(end);
	unix_pair(local);
	DO(send(end[0], "x", 1, MSG_NOSIGNAL));
	DO(read(end[1], &c, 1));
	reset(end, 1);
	pid = forks ? fork() : -1;
	if (pid <= 0) {
		DO(read(end[0], &c, 1));
		DO(send(end[0], "x", 1, MSG_NOSIGNAL));
		DO(close(local[0]));
		DO(send(local[1], "x", 1, MSG_NOSIGNAL));
		DO(close(end[0]));
	}
	if (!pid)
		_exit(7);
	if (pid > 0)
		say("forked: %d", child_status(pid));
}

static int under_the_filter(void)
{
	view_wanted = false; /* it calls what the filter forbids */
	use_inherited();
	if (!strncmp(chosen, "startup", 7) || !strncmp(chosen, "nosignals", 9) ||
		!strcmp(chosen, "nosockopt-kill"))
		return 0;
	if (strncmp(chosen, "nosockopt", 9) != 0)
		use_own(strncmp(chosen, "service", 7) != 0);
	return 0;
}

static void become_filtered(void)
{
	char under[64];
	int end[2], pipes[2];

	snprintf(under, sizeof(under), "+%s", chosen);
	tcp_pair(end);
	send(end[1], "x", 1, 0);
	shutdown(end[1], SHUT_WR);
	sure(pipe(pipes) == 0 && dup2(end[0], 0) == 0, "descriptors");
	dup2(pipes[0], 64);
	dup2(pipes[1], 3);
	dup2(64, 4);
	dup2(open("/dev/null", O_RDONLY), 5);
	install();
	execl("/proc/self/exe", "inherited", under, NULL);
	_exit(98);
}

int torture(const char *variant)
{
	pid_t pid;

	chosen = variant + (*variant == '+');
	if (*variant == '+')
		return under_the_filter();
	pid = fork();
	if (!pid)
		become_filtered();
	say("status %d", child_status(pid));
	return 0;
}
