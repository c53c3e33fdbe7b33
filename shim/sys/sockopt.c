/* SPDX-License-Identifier: MIT */
/* Socket options by name, and the raw calls that set and read them. */
#include "sys/sockopt.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "sys/raw.h"

#ifndef SO_COOKIE
#define SO_COOKIE 57 /* uapi/asm-generic/socket.h */
#endif

const struct sockopt_row sockopt_row[SOCKOPT_COUNT] = {
#define SOCKOPT(name, level, number, form) {#name, level, number, form},
#include "sys/sockopt.def"
#undef SOCKOPT
};

int sockopt_by_number(int level, int number)
{
	int id;

	for (id = 0; id < SOCKOPT_COUNT; id++)
		if (sockopt_row[id].number == number && sockopt_row[id].level == level)
			return id;
	return -1;
}

int sockopt_by_name(const char *name, size_t len)
{
	int id;

	for (id = 0; id < SOCKOPT_COUNT; id++)
		if (strlen(sockopt_row[id].name) == len &&
			memcmp(sockopt_row[id].name, name, len) == 0)
			return id;
	return -1;
}

int sockopt_set(int fd, int level, int number, const void *value, unsigned len)
{
	return (int)raw5(SYS_setsockopt, fd, level, number, (long)value, len);
}

int sockopt_set_int(int fd, int level, int number, int value)
{
	return sockopt_set(fd, level, number, &value, sizeof(value));
}

int sockopt_get_int(int fd, int level, int number, int *value)
{
	int got = 0;
	socklen_t len = sizeof(got);
	int rc = (int)raw5(SYS_getsockopt, fd, level, number, (long)&got, (long)&len);

	if (rc == 0)
		*value = got;
	return rc;
}

uint64_t sockopt_cookie(int fd)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);

	if (raw5(SYS_getsockopt, fd, SOL_SOCKET, SO_COOKIE, (long)&cookie, (long)&len) < 0)
		return 0;
	return cookie;
}
