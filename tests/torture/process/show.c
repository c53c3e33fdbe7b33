/* SPDX-License-Identifier: MIT */
/* A program that prints all that exec or posix_spawn gave it, and then the descriptor that its
 * last argument names gets "x", if it is a number.
 * part: of exec, spawn, detach
 */
#include "case.h"

#include <fcntl.h>
#include <sys/stat.h>

static void show_environment(char **e)
{
	int n = 0;

	for (; *e; e++) {
		if (!strncmp(*e, "PEERLESS_", 9) || !strncmp(*e, "LD_PRELOAD=", 11))
			continue;
		n++;
		if (n <= 12)
			say("  env %.60s (%zu)", *e, strlen(*e));
	}
	say("  %d variables", n);
}

static void show_descriptors(void)
{
	struct stat st;
	int fd;

	for (fd = 0; fd < 1024; fd++)
		if (unseen_syscall(SYS_fstat, fd, (long)&st, 0, 0, 0, 0) == 0)
			say("  fd %d mode=%o flags=%lx", fd, st.st_mode & S_IFMT,
				unseen_syscall(SYS_fcntl, fd, F_GETFL, 0, 0, 0, 0));
}

static void show_signals(void)
{
	struct sigaction a;
	sigset_t blocked;
	int sig;

	sigprocmask(SIG_BLOCK, NULL, &blocked);
	for (sig = 1; sig < 65; sig++) {
		if (sigismember(&blocked, sig) == 1)
			say("  signal %d blocked", sig);
		if (sigaction(sig, NULL, &a) == 0 && a.sa_handler != SIG_DFL)
			say("  signal %d %s", sig, a.sa_handler == SIG_IGN ? "ignored" : "handled");
	}
}

int main(int argc, char **argv, char **envp)
{
	char cwd[4096];
	int i, fd = argc > 1 ? atoi(argv[argc - 1]) : 0;

	say("show: %d arguments", argc);
	for (i = 0; i < argc && i < 8; i++)
		say("  %.60s", strrchr(argv[i], '/') ?: argv[i]);
	show_environment(envp);
	show_descriptors();
	show_signals();
	say("  own group %d, own session %d, in %s", getpgrp() == getpid(), getsid(0) == getpid(),
		getcwd(cwd, sizeof(cwd)) ? strrchr(cwd, '/') : "?");
	if (fd > 2)
		say("  wrote %zd", write(fd, "x", 1));
	return argc;
}

int torture(const char *variant)
{
	(void)variant;
	return 99;
}
