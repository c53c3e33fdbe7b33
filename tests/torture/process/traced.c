/* SPDX-License-Identifier: MIT */
/* A program under a tracer (PTRACE_TRACEME) that looks at each of its system calls: it does its
 * I/O as ever, and each round of it is as many system calls as without us, the first one aside.
 * variants: calls signals
 */
#include "child.h"

#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/user.h>

enum { ROUNDS = 50 };

static void round_of_calls(int end[2], const int pipes[2])
{
	char buf[8];

	write(end[0], "a", 1);
	read(end[1], buf, 1);
	send(end[1], "b", 1, 0);
	recv(end[0], buf, 1, 0);
	sendto(end[0], "c", 1, MSG_NOSIGNAL, NULL, 0);
	recvfrom(end[1], buf, 1, MSG_DONTWAIT, NULL, NULL);
	write(pipes[1], "p", 1);
	read(pipes[0], buf, 1);
	recv(end[0], buf, 1, MSG_DONTWAIT); /* EAGAIN */
	fcntl(end[0], F_GETFL);
	option(end[0], SOL_SOCKET, SO_TYPE);
}

/* The marks between which the tracer counts are calls that nobody else makes. */
static int traced(void *variant)
{
	int end[2], pipes[2], i;

	tcp_pair(end);
	sure(pipe(pipes) == 0, "pipe");
	sure(ptrace(PTRACE_TRACEME, 0, 0, 0) == 0, "traceme");
	raise(SIGSTOP);
	round_of_calls(end, pipes);
	for (i = 0; i < ROUNDS; i++) {
		getpriority(PRIO_USER + 7, 0);
		round_of_calls(end, pipes);
		if (!strcmp(variant, "signals"))
			raise(SIGUSR1); /* which the tracer takes away */
	}
	getpriority(PRIO_USER + 7, 0);
	raise(SIGUSR2);
	return 0;
}

/* Until the next stop; its signal, or 0 for a system call (twice each), -1 at the end. */
static int next_stop(pid_t pid, int signal, int *status)
{
	sure(ptrace(PTRACE_SYSCALL, pid, 0, (long)signal) == 0, "ptrace");
	sure(waitpid(pid, status, 0) == pid, "waitpid");
	if (!WIFSTOPPED(*status))
		return -1;
	return WSTOPSIG(*status) == (SIGTRAP | 0x80) ? 0 : WSTOPSIG(*status);
}

static void watch(pid_t pid)
{
	int status, sig = 0, stops = 0, rounds = 0, least = 1 << 20, most = 0, signals = 0;
	struct user_regs_struct reg;
	bool entering = true;

	sure(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status), "stopped");
	ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	while ((sig = next_stop(pid, sig == SIGUSR2 ? SIGUSR2 : 0, &status)) >= 0) {
		if (sig) {
			signals++;
			continue;
		}
		ptrace(PTRACE_GETREGS, pid, 0, &reg);
		if (entering && reg.orig_rax == SYS_getpriority) {
			least = rounds && stops < least ? stops : least;
			most = rounds && stops > most ? stops : most;
			stops = 0;
			rounds++;
		}
		stops += entering;
		entering = !entering;
	}
	say("rounds %d, system calls a round %d to %d, signals %d, ended by %d", rounds, least,
		most, signals, WIFSIGNALED(status) ? WTERMSIG(status) : -1);
}

int torture(const char *variant)
{
	pid_t pid = fork();

	sure(pid >= 0, "fork");
	if (pid == 0)
		_exit(traced((void *)variant));
	watch(pid);
	return 0;
}
