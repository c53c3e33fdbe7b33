/* SPDX-License-Identifier: MIT */
/*
 * forbidden NR LIBRARY: forbids system call NR on pain of death, then runs itself under LIBRARY; a
 * fork child gets 3 bytes from its parent.  Ends with 7 if nobody died.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void forbid(unsigned nr)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {sizeof(code) / sizeof(*code), code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter))
		abort();
}

static int work(void)
{
	char bytes[3];
	int pair[2], status = 0;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) || send(pair[0], "abc", 3, 0) != 3)
		return 1;
	if (fork() == 0)
		_exit(recv(pair[1], bytes, 3, 0) == 3 ? 7 : 1);
	wait(&status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return work();
	setenv("LD_PRELOAD", argv[2], 1);
	forbid((unsigned)atoi(argv[1]));
	execl(argv[0], argv[0], NULL);
	return 1;
}
