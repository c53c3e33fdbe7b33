/* SPDX-License-Identifier: MIT */
/* What several victims share: ordinary socket code, as any program has it. */
#ifndef VICTIM_H
#define VICTIM_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#ifndef TCP_RTO_MAX_MS
#define TCP_RTO_MAX_MS 44
#endif

#define UNUSED __attribute__((unused))

static UNUSED void die(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerrorname_np(errno) ?: "?");
	exit(99);
}

static UNUSED int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static UNUSED const char *errname(int err)
{
	return err ? strerrorname_np(err) ?: "?" : "0";
}

/* "read=-1 errno=ECONNRESET"; the call itself stands in ret's place. */
static UNUSED void report(const char *what, long ret)
{
	int err = ret < 0 ? errno : 0;

	printf("%s=%ld errno=%s\n", what, ret, errname(err));
	fflush(stdout);
}

/* "10.0.0.1,80", "::1,80" or "unix,/path" to an address. */
static UNUSED socklen_t parse_address(const char *text, struct sockaddr_storage *out)
{
	char host[108];
	const char *comma = strrchr(text, ',');
	struct sockaddr_in *in = (struct sockaddr_in *)out;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;
	struct sockaddr_un *un = (struct sockaddr_un *)out;

	if (!comma)
		die(text);
	memset(out, 0, sizeof(*out));
	snprintf(host, sizeof(host), "%.*s", (int)(comma - text), text);
	if (!strcmp(host, "unix")) {
		un->sun_family = AF_UNIX;
		strncpy(un->sun_path, comma + 1, sizeof(un->sun_path) - 1);
		return sizeof(*un);
	}
	if (inet_pton(AF_INET6, host, &in6->sin6_addr) == 1) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(atoi(comma + 1));
		return sizeof(*in6);
	}
	if (inet_pton(AF_INET, host, &in->sin_addr) != 1)
		die(text);
	in->sin_family = AF_INET;
	in->sin_port = htons(atoi(comma + 1));
	return sizeof(*in);
}

static UNUSED int dial(const char *text)
{
	struct sockaddr_storage address;
	socklen_t len = parse_address(text, &address);
	int fd = socket(address.ss_family, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&address, len) < 0)
		die("connect");
	return fd;
}

/* A listener on a free port of 127.0.0.1; its address as parse_address() reads it, in text[32]. */
static UNUSED int listen_any(char *text)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t len = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&in, len) < 0 || listen(fd, 16) < 0)
		die("listen");
	getsockname(fd, (struct sockaddr *)&in, &len);
	sprintf(text, "127.0.0.1,%d", ntohs(in.sin_port));
	return fd;
}

/* A system call that no preloaded library can see. */
static inline UNUSED long unseen_syscall(long nr, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}

static UNUSED int option(int fd, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	return getsockopt(fd, level, name, &value, &len) < 0 ? -1 : value;
}

static UNUSED void print_sockopts(const char *what, int fd)
{
	struct timeval t = {0, 0};
	socklen_t len = sizeof(t);

	getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, &len);
	printf("%s: keepalive=%d idle=%d intvl=%d cnt=%d user_timeout=%d rto_max=%d nodelay=%d "
	       "sndbuf=%d tos=%d rcvtimeo=%ld\n",
		what, option(fd, SOL_SOCKET, SO_KEEPALIVE), option(fd, IPPROTO_TCP, TCP_KEEPIDLE),
		option(fd, IPPROTO_TCP, TCP_KEEPINTVL), option(fd, IPPROTO_TCP, TCP_KEEPCNT),
		option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT), option(fd, IPPROTO_TCP, TCP_RTO_MAX_MS),
		option(fd, IPPROTO_TCP, TCP_NODELAY), option(fd, SOL_SOCKET, SO_SNDBUF),
		option(fd, IPPROTO_IP, IP_TOS), (long)(t.tv_sec * 1000 + t.tv_usec / 1000));
	fflush(stdout);
}

#endif
