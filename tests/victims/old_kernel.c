/* SPDX-License-Identifier: MIT */
/*
 * old_kernel CMD…: runs CMD as on a Linux before 6.15: TCP_RTO_MAX_MS (44) is an option that the
 * kernel does not know, for setsockopt and getsockopt.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "victim.h"

#define FIELD(name)       BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, name))
#define EQUAL(k, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, k, yes, no)

static struct sock_filter filter[] = {FIELD(nr), EQUAL(SYS_setsockopt, 1, 0),
	EQUAL(SYS_getsockopt, 0, 5), FIELD(args[1]), EQUAL(IPPROTO_TCP, 0, 3), FIELD(args[2]),
	EQUAL(TCP_RTO_MAX_MS, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOPROTOOPT),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};

int main(int argc, char **argv)
{
	struct sock_fprog prog = {sizeof(filter) / sizeof(filter[0]), filter};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) < 0)
		die("seccomp");
	execvp(argv[1], argv + 1);
	die(argv[1]);
}
