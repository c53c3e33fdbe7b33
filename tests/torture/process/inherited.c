/* SPDX-License-Identifier: MIT */
/* A connection that parent and child hold both: bytes of each arrive in order, whoever closes
 * first, and the peer sees the end when the last one is gone.
 * variants: child_closes parent_closes child_execs child_shuts both_accept
 */
#include "child.h"

static char order[256];

/* Until count bytes have come from the peer. */
static void expect(int fd, size_t count)
{
	size_t n = 0;
	ssize_t r;

	while (n < count && (r = recv(fd, order + n, count - n, 0)) > 0)
		n += (size_t)r;
	say("got %.*s", (int)n, order);
}

static void child_closes(int end[2])
{
	pid_t pid = fork();

	if (pid == 0) {
		close(end[1]);
		_exit(write(end[0], "child", 5) == 5 && close(end[0]) == 0 ? 3 : 4);
	}
	say("status %d", child_status(pid));
	expect(end[1], 5);
	DO(recv(end[1], order, 1, MSG_DONTWAIT));
	say_alive("after the child", end);
	DO(close(end[0]));
	DO(recv(end[1], order, 1, 0));
}

static void parent_closes(int end[2])
{
	pid_t pid;
	int go[2];
	char c;

	sure(pipe(go) == 0, "pipe");
	pid = fork();
	if (pid == 0) {
		close(end[1]);
		if (read(go[0], &c, 1) != 1)
			_exit(9);
		_exit(send(end[0], "left", 4, 0) == 4 ? 3 : 4);
	}
	DO(write(end[0], "first", 5));
	DO(close(end[0]));
	expect(end[1], 5);
	DO(recv(end[1], order, 1, MSG_DONTWAIT));
	DO(write(go[1], "x", 1));
	expect(end[1], 4);
	say("status %d", child_status(pid));
	DO(recv(end[1], order, 1, 0));
	close(go[0]);
	close(go[1]);
}

static void child_execs(int end[2])
{
	char number[16];
	pid_t pid;

	snprintf(number, sizeof(number), "%d", end[0]);
	fcntl(end[1], F_SETFD, FD_CLOEXEC);
	pid = fork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", "echo \"by the child\" >&$0", number, (char *)NULL);
		_exit(9);
	}
	say("status %d", child_status(pid));
	expect(end[1], 13);
	say_alive("after the child", end);
	DO(shutdown(end[0], SHUT_WR));
	DO(recv(end[1], order, 1, 0));
}

static void child_shuts(int end[2])
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(shutdown(end[0], SHUT_WR) == 0 ? 3 : 4);
	say("status %d", child_status(pid));
	DO(recv(end[1], order, 1, 0));
	DO(send(end[0], "x", 1, MSG_NOSIGNAL));
	DO(write(end[1], "back", 4));
	expect(end[0], 4);
}

/* Parent and child serve the same listener. */
static void both_accept(int end[2])
{
	char address[32];
	int listener = listen_any(address), a, b;
	pid_t pid = fork();

	if (pid == 0) {
		b = accept(listener, NULL, NULL);
		_exit(b == end[1] + 2 && write(b, "c", 1) == 1 ? 3 : 4);
	}
	a = dial(address);
	expect(a, 1);
	say("status %d", child_status(pid));
	DO(recv(a, order, 1, 0));
	close(a);
	a = dial(address);
	b = accept(listener, NULL, NULL);
	DO(write(b, "p", 1));
	expect(a, 1);
	close(a), close(b), close(listener);
}

static const struct {
	const char *name;
	void (*run)(int end[2]);
} variants[] = {
	{"child_closes", child_closes},
	{"parent_closes", parent_closes},
	{"child_execs", child_execs},
	{"child_shuts", child_shuts},
	{"both_accept", both_accept},
};

int torture(const char *variant)
{
	int end[2];

	tcp_pair(end);
	for (size_t i = 0; i < sizeof(variants) / sizeof(*variants); i++)
		if (!strcmp(variants[i].name, variant))
			variants[i].run(end);
	return 0;
}
