/* SPDX-License-Identifier: MIT */
/*
 * connections N [BUSY]: N idle connections over loopback, accepted by this process and opened by a
 * child; "ready PID" when all are there.  BUSY of them have bytes in flight all the time, to a
 * reader that takes none.  Each byte of its standard input goes to all at once; it ends with that.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <signal.h>
#include <unistd.h>

static void sure(int ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(1);
}

static void fill(int fd)
{
	static char bytes[65536];

	while (send(fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
}

static void open_all(const struct sockaddr_in *at, int n, int busy)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 0; i < n; i++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		sure(fd >= 0 && !connect(fd, (const struct sockaddr *)at, sizeof(*at)), "connect");
		if (i < busy)
			fill(fd);
	}
	pause();
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 10000, busy = argc > 2 ? atoi(argv[2]) : 0;
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof(at);
	struct rlimit limit;
	int *accepted = calloc((size_t)n, sizeof(*accepted));
	char c;

	sure(accepted && !getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
	limit.rlim_cur = limit.rlim_max;
	sure(!setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
	sure(!bind(listener, (struct sockaddr *)&at, len) && !listen(listener, 1024) &&
			!getsockname(listener, (struct sockaddr *)&at, &len),
		"listen");
	if (!fork())
		open_all(&at, n, busy);
	for (int i = 0; i < n; i++)
		sure((accepted[i] = accept(listener, NULL, NULL)) >= 0, "accept");
	printf("ready %d\n", (int)getpid());
	fflush(stdout);
	while (read(0, &c, 1) > 0)
		for (int i = 0; i < n; i++)
			sure(send(accepted[i], &c, 1, 0) == 1, "send");
	return 0;
}
