/* SPDX-License-Identifier: MIT */
/* No descriptor is left, or the limit is below those that are open: what is open works on, its
 * deaths are as bare, and no number is taken for a moment where the program would see it.
 * variants: 0 3 full
 */
#include "wrapped.h"

#include <sys/resource.h>

/* All numbers in use, so that only the limit itself is in the way. */
static int fill(void)
{
	int fd, last = -1;

	while ((fd = open("/dev/null", O_RDONLY)) >= 0)
		last = fd;
	return last;
}

static void limit_to(rlim_t n)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = n;
	sure(setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit");
}

static void in_vain(int listener)
{
	int pair[2];

	DO(socket(AF_INET, SOCK_STREAM, 0));
	DO(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	DO(accept(listener, NULL, NULL));
	DO(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
	DO(dup(listener));
	DO(fcntl(listener, F_DUPFD, 0));
	DO(dup2(listener, 65000));
	DO(open("/dev/null", O_RDONLY));
}

int torture(const char *variant)
{
	int end[2], more[2], listener, client;
	struct linger at_once = {1, 0};
	struct rlimit before;
	char address[32];

	getrlimit(RLIMIT_NOFILE, &before);
	tcp_pair(end);
	tcp_pair(more);
	listener = listen_any(address);
	client = dial(address);
	limit_to(*variant == 'f' ? 40 : *variant - '0');
	if (*variant == 'f')
		DO(fill());
	in_vain(listener);
	wrapped_bytes(end[0], end[1]);
	setsockopt(end[1], SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	DO(close(end[1]));
	DO(recv(end[0], address, 1, 0)); /* waits for the reset: poll() cannot, with a limit of 0 */
	DO(send(end[0], "x", 1, MSG_NOSIGNAL));
	in_vain(listener);
	DO(close(end[0]));
	DO(dup2(more[0], more[1]) == more[1]);
	setrlimit(RLIMIT_NOFILE, &before);
	end[1] = DO(accept(listener, NULL, NULL));
	DO(send(client, "late", 4, 0));
	DO(recv(end[1], address, 4, MSG_WAITALL));
	wrapped_all();
	return 0;
}
