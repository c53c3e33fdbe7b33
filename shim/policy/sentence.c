/* SPDX-License-Identifier: MIT */
/* See sentence.h.  0x7eed, the cause, the method: two bytes, one, one. */
#include "policy/sentence.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "sys/compiler.h"
#include "sys/sockopt.h"

#define SENTENCE 0x7eed

int sentence_write(int fd, enum cause cause, enum method method)
{
	int value = SENTENCE << 16 | (int)cause << 8 | (int)method;

	return sockopt_set_int(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, value);
}

COLD bool sentence_read(int fd, enum method seen, struct verdict *v)
{
	int value, cause, method;

	if (sockopt_get_int(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &value) || value >> 16 != SENTENCE)
		return false;
	cause = value >> 8 & 0xff;
	method = value & 0xff;
	if (cause == CAUSE_NONE || cause >= CAUSE_COUNT || method >= METHOD_COUNT)
		return false;
	*v = (struct verdict){.cause = (enum cause)cause,
		.method = (enum method)method,
		.seen = seen,
		.error = ETIMEDOUT,
		.death = true};
	return true;
}

COLD void sentence_lift(int fd)
{
	struct verdict v;

	if (sentence_read(fd, METHOD_RESULT, &v))
		sockopt_set_int(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 0);
}
