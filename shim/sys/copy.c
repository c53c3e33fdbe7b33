/* SPDX-License-Identifier: MIT */
/*
 * The kernel is asked by a call that no filter forbids and that changes nothing: rt_sigprocmask
 * with a mask at that address and an operation that does not exist.  It reads the mask first.
 */
#include "sys/copy.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "sys/compiler.h"
#include "sys/raw.h"

enum { MASK_BYTES = 8, NO_OPERATION = 99 };

static bool readable(const char *at)
{
	return raw6(SYS_rt_sigprocmask, NO_OPERATION, (long)at, 0, MASK_BYTES, 0, 0) == -EINVAL;
}

COLD bool copy_from_program(void *to, const void *from, size_t len)
{
	const char *first = from;

	if (len < MASK_BYTES || !readable(first) || !readable(first + len - MASK_BYTES))
		return false;
	memcpy(to, from, len);
	return true;
}
