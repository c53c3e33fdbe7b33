/* SPDX-License-Identifier: MIT */
/*
 * forktree NODES PORT: a tree of so many processes.  Node i has the children 2i + 1, by fork(), and
 * 2i + 2, by posix_spawn() of this program.  Each sends 10 bytes more than the one before to the
 * echo server at PORT, reads them back and prints "node pid ppid bytes".  Exits 0 if all did.
 */
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "victim.h"

static int nodes, port;

static void echo(int size)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	char buf[4096] = {0};
	int fd = socket(AF_INET, SOCK_STREAM, 0), got = 0;

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)))
		die("connect");
	if (send(fd, buf, size, 0) != size)
		die("send");
	while (got < size) {
		ssize_t n = read(fd, buf, sizeof(buf));

		if (n <= 0)
			die("read");
		got += n;
	}
	close(fd);
}

static void spawn(int child, char **argv)
{
	char number[16];
	char *args[] = {argv[0], argv[1], argv[2], number, NULL};
	pid_t pid;

	snprintf(number, sizeof(number), "%d", child);
	if (posix_spawn(&pid, argv[0], NULL, NULL, args, environ))
		die("posix_spawn");
}

static int node(int i, char **argv)
{
	int failed = 0, status, by_fork = 2 * i + 1, by_spawn = 2 * i + 2;

	if (by_fork < nodes && !fork())
		return node(by_fork, argv);
	if (by_spawn < nodes)
		spawn(by_spawn, argv);
	echo(10 * (i + 1));
	dprintf(1, "node %d %d %d\n", getpid(), getppid(), 10 * (i + 1));
	while (wait(&status) > 0)
		failed |= status;
	return failed != 0;
}

int main(int argc, char **argv)
{
	if (argc < 3)
		die("forktree NODES PORT");
	nodes = atoi(argv[1]);
	port = atoi(argv[2]);
	return node(argc > 3 ? atoi(argv[3]) : 0, argv);
}
