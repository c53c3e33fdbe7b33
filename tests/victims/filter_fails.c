/* SPDX-License-Identifier: MIT */
/*
 * cflags: -pthread
 * filter_fails HOW: asks for a filter that is not put in, says what came of it, then connects and
 * prints the socket's options.  HOW: tsync (a thread has a filter of its own: its number is what
 * seccomp returns), probe (prctl with no filter at all, as libraries find out what is there),
 * probe-syscall.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "victim.h"

static struct sock_filter allow[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
static struct sock_fprog prog = {1, allow};
static pthread_barrier_t filtered;

static void *filter_alone(void *arg)
{
	if (unseen_syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, (long)&prog, 0, 0, 0))
		_exit(3);
	pthread_barrier_wait(&filtered);
	return pause() ? NULL : arg;
}

static long synchronize(void)
{
	pthread_t thread;

	pthread_barrier_init(&filtered, NULL, 2);
	pthread_create(&thread, NULL, filter_alone, NULL);
	pthread_barrier_wait(&filtered);
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &prog);
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "probe";
	char address[32];
	long ret;

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	errno = 0;
	if (!strcmp(how, "tsync"))
		ret = synchronize();
	else if (!strcmp(how, "probe"))
		ret = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL);
	else
		ret = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL);
	printf("%s=%s errno=%s\n", how, ret > 0 ? "thread" : ret ? "-1" : "0", errname(errno));
	listen_any(address);
	print_sockopts(how, dial(address));
	_exit(0);
}
