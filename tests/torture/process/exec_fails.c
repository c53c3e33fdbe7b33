/* SPDX-License-Identifier: MIT */
/* An exec that fails returns with the errno it should, and the program goes on as it was.
 * variants: execve execv execvp execvpe execl execle execlp fexecve execveat spawn spawnp
 */
#include "child.h"

#include <spawn.h>
#include <sys/stat.h>

static char *argv_x[] = {"x", NULL};
static char **argv_now = argv_x;

static int by(const char *how, const char *path)
{
	pid_t pid = -1;

	if (!strcmp(how, "execv"))
		return execv(path, argv_now);
	if (!strcmp(how, "execvp"))
		return execvp(path, argv_now);
	if (!strcmp(how, "execvpe"))
		return execvpe(path, argv_now, environ);
	if (!strcmp(how, "execl"))
		return execl(path, "x", argv_now[0], (char *)NULL);
	if (!strcmp(how, "execle"))
		return execle(path, "x", argv_now[0], (char *)NULL, environ);
	if (!strcmp(how, "execlp"))
		return execlp(path, "x", argv_now[0], (char *)NULL);
	if (!strcmp(how, "fexecve"))
		return fexecve(open(path, O_RDONLY | O_CLOEXEC), argv_now, environ);
	if (!strcmp(how, "execveat"))
		return execveat(AT_FDCWD, path, argv_now, environ, 0);
	if (!strcmp(how, "spawn"))
		return posix_spawn(&pid, path, NULL, NULL, argv_now, environ);
	if (!strcmp(how, "spawnp"))
		return posix_spawnp(&pid, path, NULL, NULL, argv_now, environ);
	return execve(path, argv_now, environ);
}

static void make(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	sure(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), "make");
	sure(fchmod(fd, mode) == 0 && close(fd) == 0, "make");
}

/* A script without #! is run by the shell where the name is searched for, and only there. */
static void script(const char *how, int end[2])
{
	pid_t pid = fork();

	if (pid == 0) {
		fcntl(end[0], F_SETFD, FD_CLOEXEC);
		DO(by(how, "./script"));
		_exit(99);
	}
	say("script: status %d", child_status(pid));
}

static void with_huge_arguments(const char *how)
{
	size_t size = 1 << 20;
	char *huge = malloc(size);
	char *argv[] = {huge, NULL};

	memset(huge, 'h', size - 1);
	huge[size - 1] = '\0';
	argv_now = argv;
	DO(by(how, "/bin/true"));
	argv_now = argv_x;
	free(huge);
}

int torture(const char *how)
{
	int end[2], fd;

	tcp_pair(end);
	make("plain", "no program", 0600);
	make("script", "echo by a shell: $#\nexit 21\n", 0700);
	make("missing_interpreter", "#!/nowhere/at/all\n", 0700);
	DO(by(how, "/nowhere/at/all"));
	DO(by(how, "nowhere-at-all"));
	DO(by(how, ""));
	DO(by(how, "./plain"));
	DO(by(how, "/"));
	DO(by(how, "./plain/below"));
	DO(by(how, "./missing_interpreter"));
	with_huge_arguments(how);
	script(how, end);
	if (!strcmp(how, "fexecve")) {
		DO(fexecve(-1, argv_x, environ));
		DO(fexecve(end[0], argv_x, environ));
		DO(fexecve(0x7fffffff, argv_x, NULL));
	}
	if (!strcmp(how, "execveat")) {
		DO(execveat(-1, "relative", argv_x, environ, 0));
		DO(execveat(AT_FDCWD, "/bin/true", argv_x, environ, 0x40000000));
	}
	for (fd = 3; fd < 64; fd++) /* what fexecve was given */
		if (fd != end[0] && fd != end[1])
			close(fd);
	unlink("plain"), unlink("script"), unlink("missing_interpreter");
	say_alive("after", end);
	return 0;
}
