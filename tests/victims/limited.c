/* SPDX-License-Identifier: MIT */
/*
 * limited HOW: a program whose memory or descriptors somebody has limited.  HOW: sockets
 * (thousands, numbered from 9000 on, one at a time; then low numbers again, whose peer resets),
 * memory (needs 20 MB).
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "victim.h"

enum { HIGH = 9000, SOCKETS = 9000, NEEDED = 20 << 20 };

static int high_sockets(void)
{
	int first = open("/dev/null", O_RDONLY), fd, last = first;

	while (last < HIGH)
		if ((last = dup(first)) < 0)
			die("dup");
	for (int i = 0; i < SOCKETS; i++) {
		fd = socket(AF_INET, SOCK_STREAM, 0);
		if (fd <= HIGH || close(fd))
			die("socket");
	}
	for (int i = first; i <= last; i++)
		close(i);
	return first;
}

static void sockets(void)
{
	struct rlimit files = {HIGH + 100, HIGH + 100};
	struct linger now = {1, 0};
	char address[32], c;
	int fd, server, listener;

	if (setrlimit(RLIMIT_NOFILE, &files))
		die("setrlimit");
	high_sockets();
	listener = listen_any(address);
	fd = dial(address);
	server = accept(listener, NULL, NULL);
	print_sockopts("low", fd);
	setsockopt(server, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(server);
	report("read", read(fd, &c, 1));
}

static void memory(void)
{
	void *p = mmap(NULL, NEEDED, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	report("mmap", p == MAP_FAILED ? -1 : 0);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	if (!strcmp(argv[1], "sockets"))
		sockets();
	else
		memory();
	return 0;
}
