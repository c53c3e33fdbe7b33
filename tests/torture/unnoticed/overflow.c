/* SPDX-License-Identifier: MIT */
/* The checked calls of _FORTIFY_SOURCE end the program where the buffer is too small for what was
 * asked, as libc does, with its message; where it is just enough they are the plain calls.
 */
#include "names.h"

#include <sys/resource.h>

static char buf[16];
static int fd;

static long by_read(size_t len)
{
	return __read_chk(fd, buf, len, sizeof(buf));
}

static long by_recv(size_t len)
{
	return __recv_chk(fd, buf, len, sizeof(buf), 0);
}

static long by_recvfrom(size_t len)
{
	return __recvfrom_chk(fd, buf, len, sizeof(buf), 0, NULL, NULL);
}

static long by_poll(size_t len)
{
	struct pollfd p[2] = {{fd, POLLIN, 0}, {fd, POLLIN, 0}};

	return __poll_chk(p, len / 16, 0, sizeof(*p));
}

static long by_ppoll(size_t len)
{
	struct pollfd p[2] = {{fd, POLLIN, 0}, {fd, POLLIN, 0}};

	return __ppoll_chk(p, len / 16, &(struct timespec){0, 0}, NULL, sizeof(*p));
}

static const struct {
	const char *name;
	long (*call)(size_t len);
} CALLS[] = {
	{"__read_chk", by_read},
	{"__recv_chk", by_recv},
	{"__recvfrom_chk", by_recvfrom},
	{"__poll_chk", by_poll},
	{"__ppoll_chk", by_ppoll},
};

static void one(const char *kind, size_t i, size_t len)
{
	struct rlimit none = {0, 0};
	pid_t pid = fork();
	int end[2];

	sure(pid >= 0, "fork");
	if (!pid) {
		setrlimit(RLIMIT_CORE, &none);
		kind_pair(kind, end);
		sure(write(end[0], "ten bytes.", 10) == 10, "write");
		fd = end[1];
		await(fd, POLLIN);
		errno = ERRNO_KEPT;
		done(CALLS[i].name, CALLS[i].call(len));
		_exit(0);
	}
	say("%s: %s of %zd: %d", kind, CALLS[i].name, len, child_status(pid));
}

int torture(const char *variant)
{
	static const size_t lengths[] = {16, 17, 32, (size_t)-1};

	for (size_t k = 0; k < COUNT(KINDS); k++) {
		for (size_t c = 0; c < COUNT(CALLS); c++) {
			for (size_t n = 0; n < COUNT(lengths); n++) {
				one(KINDS[k], c, lengths[n]);
			}
		}
	}
	return 0;
}
