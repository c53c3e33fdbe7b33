/* SPDX-License-Identifier: MIT */
/* See sentence.h.  The number is SENTENCE, then four bits each for the cause and the method. */
#include "policy/sentence.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "sys/compiler.h"
#include "sys/sockopt.h"

enum { SENTENCE = 0xdbf }; /* 900.9 to 901.1 s */

_Static_assert(CAUSE_COUNT <= 16 && METHOD_COUNT <= 16, "each has four bits");

int sentence_write(int fd, enum cause cause, enum method method)
{
	int value = SENTENCE << 8 | (int)cause << 4 | (int)method;

	return sockopt_set_int(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, value);
}

COLD bool sentence_read(int fd, enum method seen, struct verdict *v)
{
	int value, cause, method;

	if (sockopt_get_int(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &value) || value >> 8 != SENTENCE)
		return false;
	cause = value >> 4 & 0xf;
	method = value & 0xf;
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
