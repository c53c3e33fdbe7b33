/* SPDX-License-Identifier: MIT */
/* A process detaches itself and serves on with the connection it had before.
 * variants: daemon daemon_keeps double_fork setsid
 */
#include "child.h"

static void detach(const char *variant)
{
	pid_t pid;

	if (!strcmp(variant, "daemon"))
		sure(daemon(0, 0) == 0, "daemon");
	else if (!strcmp(variant, "daemon_keeps"))
		sure(daemon(1, 1) == 0, "daemon");
	else {
		sure(setsid() > 0, "setsid");
		if (!strcmp(variant, "setsid"))
			return;
		pid = fork();
		sure(pid >= 0, "fork");
		if (pid)
			_exit(0);
	}
}

/* What the detached process sees goes over the connection itself. */
static void serve(int fd)
{
	char line[256], c, cwd[256];
	int n, flags[3], new[2];

	for (n = 0; n < 3; n++)
		flags[n] = fcntl(n, F_GETFD) < 0 ? -1 : fcntl(n, F_GETFL) & O_ACCMODE;
	tcp_pair(new); /* it can open more */
	n = snprintf(line, sizeof(line),
		"session leader %d, root %d, std %d %d %d, new %d, intact %d",
		getsid(0) == getpid(), !strcmp(getcwd(cwd, sizeof(cwd)) ?: "", "/"), flags[0],
		flags[1], flags[2], new[0], stream_intact(new[0], new[1], 1024));
	if (write(fd, line, (size_t)n) == n && read(fd, &c, 1) == 1)
		send(fd, &c, 1, 0);
	_exit(0);
}

int torture(const char *variant)
{
	char text[256] = "", c = 0;
	int end[2];
	pid_t pid;

	tcp_pair(end);
	pid = fork();
	sure(pid >= 0, "fork");
	if (pid == 0) {
		close(end[0]);
		detach(variant);
		serve(end[1]);
	}
	close(end[1]);
	say("first status %d", !strcmp(variant, "setsid") ? 0 : child_status(pid));
	await(end[0], POLLIN);
	DO(read(end[0], text, sizeof(text) - 1) > 0);
	say("%s", text);
	DO(write(end[0], "z", 1));
	DO(read(end[0], &c, 1));
	say("%c", c);
	DO(read(end[0], &c, 1));
	if (!strcmp(variant, "setsid"))
		say("status %d", child_status(pid));
	return 0;
}
