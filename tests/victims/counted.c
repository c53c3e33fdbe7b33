/* SPDX-License-Identifier: MIT */
/*
 * cflags: -shared -fPIC -ldl
 * counted.so, preloaded before anything else: says at the end, as "counted N" in the file $COUNTED,
 * how often the program called these on a socket, or waited once it had one.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/stat.h>

#include "victim.h"

static atomic_ulong count;
static atomic_bool has_socket;

static bool is_socket(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISSOCK(st.st_mode);
}

#define COUNTED(type, name, params, args, counts)                             \
	type name params                                                      \
	{                                                                     \
		static type(*real) params;                                    \
                                                                              \
		real = real ? real : (type(*) params)dlsym(RTLD_NEXT, #name); \
		count += (counts);                                            \
		return real args;                                             \
	}

#define OPTION_OUT int fd, int level, int name, void *value, socklen_t *len
#define OPTION_IN  int fd, int level, int name, const void *value, socklen_t len

COUNTED(int, socket, (int domain, int type, int proto), (domain, type, proto), has_socket = true)
COUNTED(int, connect, (int fd, const struct sockaddr *to, socklen_t len), (fd, to, len), 1)
COUNTED(ssize_t, read, (int fd, void *buf, size_t n), (fd, buf, n), is_socket(fd))
COUNTED(ssize_t, write, (int fd, const void *buf, size_t n), (fd, buf, n), is_socket(fd))
COUNTED(ssize_t, recv, (int fd, void *buf, size_t n, int flags), (fd, buf, n, flags), 1)
COUNTED(ssize_t, send, (int fd, const void *buf, size_t n, int flags), (fd, buf, n, flags), 1)
COUNTED(int, close, (int fd), (fd), is_socket(fd))
COUNTED(int, setsockopt, (OPTION_IN), (fd, level, name, value, len), 1)
COUNTED(int, getsockopt, (OPTION_OUT), (fd, level, name, value, len), 1)
COUNTED(int, poll, (struct pollfd * set, nfds_t n, int ms), (set, n, ms), has_socket)
COUNTED(int, epoll_wait, (int fd, struct epoll_event *out, int n, int ms), (fd, out, n, ms),
	has_socket)

__attribute__((destructor)) static void tell(void)
{
	int fd = open(getenv("COUNTED"), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	dprintf(fd, "counted %lu\n", count);
}
