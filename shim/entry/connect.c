/* SPDX-License-Identifier: MIT */
/* Calls that make a connection or a socket for one.  AS-safe as libc's; no new errno. */
#include <sys/socket.h>

#include "policy/result.h"
#include "policy/listener.h"
#include "policy/opening.h"
#include "policy/story.h"
#include "policy/trace.h"
#include "sys/real.h"

EXPORT int socket(int domain, int type, int protocol)
{
	struct trace t = trace_begin(CALL_socket, -1);
	int fd;

	if (UNLIKELY(!real_socket))
		return (int)real_early(SYS_socket, domain, type, protocol, 0, 0, 0);
	fd = real_socket(domain, type, protocol);
	if (fd >= 0)
		opening_made(fd, domain, type, protocol);
	return (int)trace_made(&t, fd, fd, (size_t)domain, (uint32_t)type);
}

EXPORT int socketpair(int domain, int type, int protocol, int fds[2])
{
	struct trace t = trace_begin(CALL_socketpair, -1);
	int rc;

	if (UNLIKELY(!real_socketpair))
		return (int)real_early(SYS_socketpair, domain, type, protocol, (long)fds, 0, 0);
	rc = real_socketpair(domain, type, protocol, fds);
	if (rc)
		return (int)trace_made(&t, -1, rc, (size_t)domain, (uint32_t)type);
	opening_paired(fds[0], domain, type);
	opening_paired(fds[1], domain, type);
	t.fd = fds[0];
	trace_made(&t, fds[0], fds[1], (size_t)domain, (uint32_t)type);
	return 0;
}

/* CONNECT_TIMEOUT ends it with ETIMEDOUT, as the kernel's own limit would, only sooner. */
EXPORT int connect(int fd, const struct sockaddr *addr, socklen_t len)
{
	struct trace t = trace_begin(CALL_connect, fd);
	enum opening what;
	int rc;

	if (UNLIKELY(!real_connect))
		return (int)real_early(SYS_connect, fd, (long)addr, len, 0, 0, 0);
	what = opening_connecting(fd, addr, len);
	if (UNLIKELY(what == OPENING_DISSOLVES))
		opening_dissolving(fd);
	rc = real_connect(fd, addr, len);
	result_connected(fd, rc, what);
	return LIKELY(!t.start) ? rc : (int)trace_to(&t, rc, addr, len);
}

EXPORT int __connect(int fd, const struct sockaddr *addr, socklen_t len)
	__attribute__((alias("connect")));

EXPORT int listen(int fd, int backlog)
{
	struct trace t = trace_begin(CALL_listen, fd);
	bool begun;
	int rc;

	if (UNLIKELY(!real_listen))
		return (int)real_early(SYS_listen, fd, backlog, 0, 0, 0, 0);
	begun = listener_listening(fd);
	rc = real_listen(fd, backlog);
	if (rc && begun)
		listener_failed(fd);
	else if (begun)
		story_opened(fd, fdtab_load(fd));
	return (int)trace_end(&t, rc, (size_t)backlog, 0);
}

/*
 * Where nobody asks who it is, a log line may: room for the peer's address.  Only for what we know
 * as a stream socket: where peers have none (AF_ALG), asking for it would fail.
 */
struct caller {
	struct sockaddr_storage addr;
	socklen_t len;
};

static bool nobody_asks(int fd, const struct sockaddr *addr)
{
	return !addr && fdtab_kind(fdtab_load(fd)) == FDTAB_STREAM;
}

static int accepted(int listener, int fd, const struct caller *own)
{
	if (fd >= 0)
		listener_accepted(listener, fd, own ? (const struct sockaddr *)&own->addr : NULL,
			own ? own->len : 0);
	return fd;
}

static inline int accept_watched(int fd, struct sockaddr *addr, socklen_t *len)
{
	struct caller own = {.len = sizeof(own.addr)};

	if (UNLIKELY(!real_accept))
		return (int)real_early(SYS_accept, fd, (long)addr, (long)len, 0, 0, 0);
	if (!nobody_asks(fd, addr))
		return accepted(fd, real_accept(fd, addr, len), NULL);
	return accepted(fd, real_accept(fd, (struct sockaddr *)&own.addr, &own.len), &own);
}

EXPORT int accept(int fd, struct sockaddr *addr, socklen_t *len)
{
	struct trace t = trace_begin(CALL_accept, fd);
	int made = accept_watched(fd, addr, len);

	return (int)trace_made(&t, made, made, 0, 0);
}

static inline int accept4_watched(int fd, struct sockaddr *addr, socklen_t *len, int flags)
{
	struct caller own = {.len = sizeof(own.addr)};

	if (UNLIKELY(!real_accept4))
		return (int)real_early(SYS_accept4, fd, (long)addr, (long)len, flags, 0, 0);
	if (!nobody_asks(fd, addr))
		return accepted(fd, real_accept4(fd, addr, len, flags), NULL);
	return accepted(fd, real_accept4(fd, (struct sockaddr *)&own.addr, &own.len, flags), &own);
}

EXPORT int accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags)
{
	struct trace t = trace_begin(CALL_accept4, fd);
	int made = accept4_watched(fd, addr, len, flags);

	return (int)trace_made(&t, made, made, 0, (uint32_t)flags);
}
