/* SPDX-License-Identifier: MIT */
/*
 * Addresses out of the kernel's structures, and as text (IPv6 by RFC 5952).  Addresses may come
 * from the program's memory: they are copied before use, so alignment does not matter, and only
 * as many bytes are read as the kernel was given.
 */
#include "sys/endpoint.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "sys/raw.h"

/* RFC 2133's sockaddr_in6 ends before the zone; the kernel still takes it. */
#define SIN6_LEN_MIN offsetof(struct sockaddr_in6, sin6_scope_id)

static struct endpoint from_inet(const void *addr)
{
	struct endpoint end = {.family = AF_INET};
	struct sockaddr_in in;

	memcpy(&in, addr, sizeof(in));
	end.port = ntohs(in.sin_port);
	memcpy(end.ip, &in.sin_addr, 4);
	return end;
}

static struct endpoint from_inet6(const void *addr, size_t len)
{
	struct endpoint end = {.family = AF_INET6};
	struct sockaddr_in6 in6 = {0};

	memcpy(&in6, addr, len < sizeof(in6) ? len : sizeof(in6));
	end.port = ntohs(in6.sin6_port);
	if (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr)) {
		end.family = AF_INET;
		memcpy(end.ip, in6.sin6_addr.s6_addr + 12, 4);
		return end;
	}
	memcpy(end.ip, &in6.sin6_addr, 16);
	/* Elsewhere the kernel ignores the zone, so what stands there may be anything. */
	if (IN6_IS_ADDR_LINKLOCAL(&in6.sin6_addr))
		end.scope = in6.sin6_scope_id;
	return end;
}

struct endpoint endpoint_from(const struct sockaddr *addr, size_t len)
{
	sa_family_t family = AF_UNSPEC;

	if (addr && len >= sizeof(family))
		memcpy(&family, addr, sizeof(family));
	if (family == AF_INET && len >= sizeof(struct sockaddr_in))
		return from_inet(addr);
	if (family == AF_INET6 && len >= SIN6_LEN_MIN)
		return from_inet6(addr, len);
	return (struct endpoint){.family = family == AF_UNIX ? AF_UNIX : 0};
}

size_t endpoint_unix_name(const void *addr, size_t len, char *out, size_t size)
{
	const size_t path = offsetof(struct sockaddr_un, sun_path);
	size_t end = len < sizeof(struct sockaddr_un) ? len : sizeof(struct sockaddr_un);
	size_t bytes = end > path ? end - path : 0;

	if (bytes >= size)
		bytes = size - 1;
	memcpy(out, (const char *)addr + path, bytes);
	out[bytes] = '\0';
	if (bytes && !out[0])
		out[0] = '@';
	return strlen(out);
}

static struct endpoint endpoint_by(long call, int fd)
{
	struct sockaddr_storage addr;
	socklen_t len = sizeof(addr);

	if (raw3(call, fd, (long)&addr, (long)&len) < 0)
		return (struct endpoint){0};
	/* The kernel tells the length that it would have liked to write. */
	return endpoint_from((struct sockaddr *)&addr, len < sizeof(addr) ? len : sizeof(addr));
}

struct endpoint endpoint_local(int fd)
{
	return endpoint_by(SYS_getsockname, fd);
}

struct endpoint endpoint_peer(int fd)
{
	return endpoint_by(SYS_getpeername, fd);
}

/* Is there nothing but the family? */
static bool is_nameless(long call, int fd)
{
	sa_family_t family;
	socklen_t len = sizeof(family);

	return !raw3(call, fd, (long)&family, (long)&len) && len == sizeof(family);
}

bool endpoint_is_pair(int fd)
{
	return is_nameless(SYS_getsockname, fd) && is_nameless(SYS_getpeername, fd);
}

static char *put_str(char *out, const char *s)
{
	size_t len = strlen(s);

	memcpy(out, s, len);
	return out + len;
}

static char *put_number(char *out, uint32_t n, unsigned base)
{
	char text[10];
	unsigned at = sizeof(text);

	do {
		text[--at] = "0123456789abcdef"[n % base];
		n /= base;
	} while (n);
	memcpy(out, text + at, sizeof(text) - at);
	return out + sizeof(text) - at;
}

static char *put_inet(char *out, const uint8_t *ip)
{
	for (unsigned i = 0; i < 4; i++) {
		if (i)
			*out++ = '.';
		out = put_number(out, ip[i], 10);
	}
	return out;
}

/* The first of the longest runs of at least two zero groups: its start and length, or 0. */
static unsigned zero_run(const uint16_t *group, unsigned *start)
{
	unsigned best = 1, len = 0;

	for (unsigned i = 0; i < 8; i++) {
		len = group[i] ? 0 : len + 1;
		if (len > best) {
			best = len;
			*start = i + 1 - len;
		}
	}
	return best > 1 ? best : 0;
}

static char *put_inet6(char *out, const uint8_t *ip)
{
	uint16_t group[8];
	unsigned start = 8, run;

	for (unsigned i = 0; i < 8; i++)
		group[i] = (uint16_t)(ip[2 * i] << 8 | ip[2 * i + 1]);
	run = zero_run(group, &start);
	for (unsigned i = 0; i < 8; i++) {
		if (run && i == start) {
			out = put_str(out, "::");
			i += run - 1;
			continue;
		}
		if (i && i != start + run)
			*out++ = ':';
		out = put_number(out, group[i], 16);
	}
	return out;
}

static char *put_endpoint(char *out, const struct endpoint *end)
{
	switch (end->family) {
	case AF_UNIX: return put_str(out, "unix");
	case AF_INET: out = put_inet(out, end->ip); break;
	case AF_INET6:
		*out++ = '[';
		out = put_inet6(out, end->ip);
		if (end->scope) {
			*out++ = '%';
			out = put_number(out, end->scope, 10);
		}
		*out++ = ']';
		break;
	default: return put_str(out, "?");
	}
	*out++ = ':';
	return put_number(out, end->port, 10);
}

size_t endpoint_text(const struct endpoint *end, char *out, size_t size)
{
	char text[64]; /* the longest: 39 of address, 11 of zone, 2 of brackets, 6 of port, NUL */
	size_t len = (size_t)(put_endpoint(text, end) - text);

	if (!size)
		return 0;
	if (len > size - 1)
		len = size - 1;
	memcpy(out, text, len);
	out[len] = '\0';
	return len;
}

bool endpoint_within(const struct endpoint *end, const struct endpoint *net, unsigned prefix)
{
	unsigned bits = net->family == AF_INET ? 32 : 128;
	unsigned whole;

	if (end->family != net->family || (net->family != AF_INET && net->family != AF_INET6))
		return false;
	if (prefix > bits)
		prefix = bits;
	whole = prefix / 8;
	if (memcmp(end->ip, net->ip, whole))
		return false;
	if (prefix % 8 == 0)
		return true;
	return (end->ip[whole] ^ net->ip[whole]) >> (8 - prefix % 8) == 0;
}

bool endpoint_is_any(const struct endpoint *end)
{
	const struct endpoint any = {.family = end->family};

	return endpoint_within(end, &any, 128);
}
