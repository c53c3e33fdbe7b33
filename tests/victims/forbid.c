/* SPDX-License-Identifier: MIT */
/*
 * forbid ACTION CALL CMD…: runs CMD under a filter of somebody else's, a container's say, against
 * one system call.  ACTION: kill, eperm.  CALL: process_vm_readv, getsockopt.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "victim.h"

int main(int argc, char **argv)
{
	bool kill = argc > 3 && !strcmp(argv[1], "kill");
	unsigned nr =
		argc > 3 && !strcmp(argv[2], "getsockopt") ? SYS_getsockopt : SYS_process_vm_readv;
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K,
			kill ? SECCOMP_RET_KILL_PROCESS : SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
	struct sock_fprog prog = {sizeof(filter) / sizeof(filter[0]), filter};

	if (argc < 4)
		return 2;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) < 0)
		die("seccomp");
	execvp(argv[3], argv + 3);
	die(argv[3]);
}
