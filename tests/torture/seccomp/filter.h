/* SPDX-License-Identifier: MIT */
/*
 * Filters of system calls for the cases of this folder: a list of rules, the first that fits
 * decides, then an action for all others.  Nothing here prints or fails silently.
 */
#ifndef FILTER_H
#define FILTER_H

#include "case.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

enum { FILTER_MAX = 400 };

struct filter {
	struct sock_filter op[FILTER_MAX];
	unsigned short n;
};

static UNUSED void filter_op(struct filter *f, struct sock_filter op)
{
	sure(f->n < FILTER_MAX, "a longer filter than fits");
	f->op[f->n++] = op;
}

static UNUSED void filter_begin(struct filter *f)
{
	f->n = 0;
	filter_op(f, (struct sock_filter)BPF_STMT(
			     BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)));
}

/* This system call is answered so. */
static UNUSED void filter_rule(struct filter *f, unsigned nr, unsigned action)
{
	filter_op(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1));
	filter_op(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

/* A call whose arguments `at` and at + 1 are these is answered so (low words only). */
static UNUSED void filter_rule_args(
	struct filter *f, unsigned nr, int at, unsigned first, unsigned second, unsigned action)
{
	unsigned arg = offsetof(struct seccomp_data, args) + 8 * at;

	filter_op(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 5));
	filter_op(f, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, arg));
	filter_op(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, first, 0, 3));
	filter_op(f, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, arg + 8));
	filter_op(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, second, 0, 1));
	filter_op(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
	filter_op(f, (struct sock_filter)BPF_STMT(
			     BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)));
}

static UNUSED void filter_allow(struct filter *f, const unsigned *nr, size_t count)
{
	for (size_t i = 0; i < count; i++)
		filter_rule(f, nr[i], SECCOMP_RET_ALLOW);
}

#define ALLOW(f, ...)                                    \
	filter_allow(f, (const unsigned[]){__VA_ARGS__}, \
		sizeof((const unsigned[]){__VA_ARGS__}) / sizeof(unsigned))

/* The action that a variant's name ends in. */
static UNUSED unsigned filter_action(const char *variant)
{
	const char *word = strrchr(variant, '-');

	word = word ? word + 1 : variant;
	return !strcmp(word, "errno")  ? SECCOMP_RET_ERRNO | EPERM
	       : !strcmp(word, "trap") ? SECCOMP_RET_TRAP
				       : SECCOMP_RET_KILL_PROCESS;
}

/* Puts it in, all else being answered by `others`; how: "prctl…", "syscall…", else no call that
 * a preloaded library can see. */
static UNUSED void filter_install(struct filter *f, unsigned others, const char *how)
{
	struct sock_fprog prog = {0, f->op};
	long rc;

	filter_op(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, others));
	prog.len = f->n;
	sure(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs");
	if (!strncmp(how, "prctl", 5))
		rc = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog);
	else if (!strncmp(how, "syscall", 7))
		rc = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog);
	else
		rc = unseen_syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, (long)&prog, 0, 0, 0);
	sure(rc == 0, "seccomp");
}

#endif
