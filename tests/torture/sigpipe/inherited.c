/* SPDX-License-Identifier: MIT */
/* What exec hands down of SIGPIPE, as the child's /proc/self/status tells: SIG_IGN, the mask and
 * what waits; a handler becomes SIG_DFL.  From a program that uses sockets, by each way to start.
 * variants: default ignored handler blocked pending
 */
#include "dead.h"

#include <spawn.h>

#define GREP "grep", "-E", "^(Sig[^Q]|Shd)", "/proc/self/status"

extern char **environ;

static char *args[] = {GREP, NULL};
static char path[64];
static int dead_fd;

static void exec_by(int how)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	switch (how) {
	case 0: execve(path, args, environ); break;
	case 1: execv(path, args); break;
	case 2: execvp(*args, args); break;
	case 3: execvpe(*args, args, environ); break;
	case 4: execl(path, GREP, NULL); break;
	case 5: execle(path, GREP, NULL, environ); break;
	case 6: execlp("grep", GREP, NULL); break;
	case 7: fexecve(fd, args, environ); break;
	case 8: execveat(fd, "", args, environ, AT_EMPTY_PATH); break;
	case 9: syscall(SYS_execve, path, args, environ); break;
	}
	_exit(98);
}

static void by_fork(int how)
{
	pid_t pid = fork();

	sure(pid >= 0, "fork");
	if (!pid)
		exec_by(how);
	say("exec %d: %d", how, child_status(pid));
}

/* The child has our memory, and its own dispositions: what it sets is no matter of ours. */
static void by_vfork(void (*handler)(int))
{
	pid_t pid = vfork();

	if (!pid) {
		signal(SIGPIPE, handler);
		execve(path, args, environ);
		_exit(98);
	}
	say("vfork, %s: %d", handler_is(handler), child_status(pid));
	say_shown("in the parent");
}

static void by_spawn(int (*spawn)(pid_t *, const char *, const posix_spawn_file_actions_t *,
			     const posix_spawnattr_t *, char *const[], char *const[]),
	short flags)
{
	posix_spawnattr_t attr;
	sigset_t set;
	pid_t pid;

	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigdefault(&attr, &set);
	sigaddset(&set, SIGUSR2);
	posix_spawnattr_setsigmask(&attr, &set);
	posix_spawnattr_setflags(&attr, flags);
	sure(spawn(&pid, path, NULL, &attr, args, environ) == 0, "spawn");
	say("spawn, flags %d: %d", flags, child_status(pid));
	posix_spawnattr_destroy(&attr);
}

static void by_shell(void)
{
	FILE *f = popen("grep -E '^(Sig[^Q]|Shd)' /proc/self/status", "r");
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		say("popen: %.*s", (int)strcspn(line, "\n"), line);
	say("pclose: %d", pclose(f));
	say("system: %d", system("grep -E '^(Sig[^Q]|Shd)' /proc/self/status"));
}

static void prepare(const char *variant)
{
	int live[2];

	dead_fd = dead("unix");
	if (*variant == 'i')
		set_action(SIG_IGN, 0);
	if (*variant == 'h')
		set_siginfo(SA_RESTART);
	if (*variant == 'b' || *variant == 'p')
		mask_sigpipe(SIG_BLOCK);
	if (*variant == 'p')
		DO(write(dead_fd, "y", 1));
	unix_pair(live);
	DO(write(live[0], "x", 1));
}

int torture(const char *variant)
{
	int how;

	strcpy(path, access("/usr/bin/grep", X_OK) ? "/bin/grep" : "/usr/bin/grep");
	prepare(variant);
	for (how = 0; how < 10; how++)
		by_fork(how);
	by_vfork(SIG_IGN);
	by_vfork(SIG_DFL);
	by_vfork(on_sigpipe);
	by_vfork(SIG_DFL);
	if (*variant != 'd')
		DO(write(dead_fd, "y", 1));
	say_caught("in the parent");
	by_spawn(posix_spawn, 0);
	by_spawn(posix_spawn, POSIX_SPAWN_SETSIGDEF);
	by_spawn(posix_spawnp, POSIX_SPAWN_SETSIGMASK);
	by_spawn(posix_spawnp,
		POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_USEVFORK);
	by_shell();
	say_shown("in the parent");
	return 0;
}
