/* SPDX-License-Identifier: MIT */
/* One end of a connection in 24 bytes: what a log line shows and a rule compares. */
#ifndef PEERLESS_SYS_ENDPOINT_H
#define PEERLESS_SYS_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sockaddr;

/* Longest text of endpoint_text(), with its NUL: [v6%scope]:port, or unix:PATH cut to fit. */
#define ENDPOINT_TEXT_MAX 128

struct endpoint {
	uint16_t family; /* AF_INET, AF_INET6, AF_UNIX, or 0: not known */
	uint16_t port;   /* host byte order; 0 for AF_UNIX */
	uint32_t scope;  /* IPv6 zone index, 0 for none */
	uint8_t ip[16];  /* network byte order; IPv4 in the first four bytes, the rest zero */
};

/*
 * Reads what the kernel wrote or accepted; len is in bytes, and nothing past it is read.
 * An IPv4-mapped IPv6 address becomes IPv4.  An unknown family gives family 0.  AS-safe.
 */
struct endpoint endpoint_from(const struct sockaddr *addr, size_t len);

/*
 * The name in an AF_UNIX address of len bytes, as a text cut to fit: a path, or @ and an abstract
 * name up to its first NUL; "" where it has none.  Its length.  AS-safe.
 */
size_t endpoint_unix_name(const void *addr, size_t len, char *out, size_t size);

/*
 * The socket's own and its peer's address, by getsockname(2) and getpeername(2); family 0
 * where the kernel gives none (getpeername fails after a reset).  AS-safe; errno is kept.
 */
struct endpoint endpoint_local(int fd);
struct endpoint endpoint_peer(int fd);
/* Of a UNIX socket: has neither end a name, as after socketpair(2)?  A listener must have one. */
bool endpoint_is_pair(int fd);

/*
 * Writes "10.0.0.2:5432", "[2001:db8::1%2]:80", "unix" or "?" and returns the length without
 * the NUL, which is always there.  size must be at least 64.  AS-safe: no inet_ntop, no stdio.
 */
size_t endpoint_text(const struct endpoint *end, char *out, size_t size);

/* 0.0.0.0 or ::?  AS-safe. */
bool endpoint_is_any(const struct endpoint *end);
/* Does the address lie in net/prefix?  Families must agree.  AS-safe. */
bool endpoint_within(const struct endpoint *end, const struct endpoint *net, unsigned prefix);

#endif
