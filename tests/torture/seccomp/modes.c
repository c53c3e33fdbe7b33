/* SPDX-License-Identifier: MIT */
/* What a program asks about filters and asks for in vain is answered as bare. */
#include "filter.h"

static struct sock_filter allow[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};

static void ask(void)
{
	char line[256];
	FILE *f = fopen("/proc/self/status", "re");

	DO(prctl(PR_GET_SECCOMP));
	DO(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, "Seccomp", 7) || !strncmp(line, "NoNewPrivs", 10))
			say("%.*s", (int)strcspn(line, "\n"), line);
	if (f)
		fclose(f);
}

static void in_vain(void)
{
	unsigned action = SECCOMP_RET_KILL_PROCESS, no_action = 0x12345678;
	struct sock_fprog none = {0, NULL}, bad = {1, (struct sock_filter *)16};

	DO(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL));
	DO(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &none));
	DO(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &bad));
	DO(prctl(PR_SET_SECCOMP, 77, 0));
	DO(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL));
	DO(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 1 << 30, &none));
	DO(syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 1, NULL));
	DO(syscall(SYS_seccomp, 99, 0, NULL));
	DO(syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action));
	DO(syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &no_action));
}

/* prctl() takes between one and five words. */
static void other_prctls(void)
{
	char name[16] = "", set[16] = "tortured";
	int sig = -1;

	DO(prctl(PR_SET_NAME, set));
	DO(prctl(PR_GET_NAME, name));
	say("%s", name);
	DO(prctl(PR_SET_PDEATHSIG, SIGUSR1));
	DO(prctl(PR_GET_PDEATHSIG, &sig));
	say("%d", sig);
	DO(prctl(PR_SET_PDEATHSIG, 0));
	DO(prctl(PR_GET_TIMERSLACK) > 0);
	DO(prctl(PR_SET_NO_NEW_PRIVS, 2, 0, 0, 0));
	DO(prctl(-1));
}

int torture(const char *variant)
{
	struct sock_fprog prog = {1, allow};
	int listener, end[2];
	char c;

	(void)variant;
	unix_pair(end);
	ask();
	in_vain();
	other_prctls();
	ask();
	DO(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	DO(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog));
	ask();
	DO(listener = (int)syscall(
		   SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &prog));
	ask();
	DO(write(end[0], "x", 1));
	DO(read(end[1], &c, 1));
	DO(close(listener));
	DO(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT));
	in_vain();
	return 0;
}
