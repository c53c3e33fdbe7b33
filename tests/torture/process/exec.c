/* SPDX-License-Identifier: MIT */
/* Every exec hands over the arguments and the environment exactly as given, from the program
 * itself, a fork child and a vfork child, and an inherited connection works on.
 * variants: execve execv execvp execvpe execl execle execlp fexecve execveat execveat_empty
 * uses: process/show
 */
#include "child.h"

static char *given[] = {"B=2", "A=1", "EMPTY=", "odd", "A=twice", "=x", NULL};
static char *argv_show[] = {"not its name", "", "a b", NULL, NULL};
static const char *path;

static void by(const char *variant, const char *fd)
{
	int program;

	argv_show[3] = (char *)fd;
	if (!strcmp(variant, "execve"))
		execve(path, argv_show, given);
	else if (!strcmp(variant, "execv"))
		execv(path, argv_show);
	else if (!strcmp(variant, "execvp"))
		execvp("show", argv_show);
	else if (!strcmp(variant, "execvpe"))
		execvpe("show", argv_show, given);
	else if (!strcmp(variant, "execl"))
		execl(path, "not its name", "", "a b", fd, (char *)NULL);
	else if (!strcmp(variant, "execle"))
		execle(path, "not its name", "", "a b", fd, (char *)NULL, given);
	else if (!strcmp(variant, "execlp"))
		execlp("show", "not its name", "", "a b", fd, (char *)NULL);
	else if (!strcmp(variant, "execveat"))
		execveat(AT_FDCWD, path, argv_show, given, 0);
	program = open(path, O_RDONLY | O_CLOEXEC);
	if (!strcmp(variant, "fexecve"))
		fexecve(program, argv_show, given);
	execveat(program, "", argv_show, given, AT_EMPTY_PATH);
	_exit(98);
}

static void expect(const char *from, int fd, pid_t pid)
{
	char c = '-';

	say("%s: status %d", from, child_status(pid));
	DO(recv(fd, &c, 1, MSG_DONTWAIT));
	say("%c", c);
}

int torture(const char *variant)
{
	char fd[16], folder[4096];
	int end[2];
	pid_t pid;

	path = built("process/show");
	snprintf(folder, sizeof(folder), "PATH=%.*s", (int)(strrchr(path, '/') - path), path);
	setenv("PATH", folder + 5, 1);
	tcp_pair(end);
	snprintf(fd, sizeof(fd), "%d", end[0]);
	fcntl(end[1], F_SETFD, FD_CLOEXEC);
	pid = fork();
	if (pid == 0)
		by(variant, fd);
	expect("ours", end[1], pid);
	pid = fork();
	if (pid == 0) {
		char *own[] = {folder, "Z=26", "A=1", "Z=again", "no value", NULL};

		environ = own;
		by(variant, fd);
	}
	expect("its own", end[1], pid);
	pid = vfork();
	if (pid == 0)
		by(variant, fd);
	expect("vfork", end[1], pid);
	say_alive("after", end);
	return 0;
}
