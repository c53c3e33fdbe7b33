/* SPDX-License-Identifier: MIT */
/*
 * The kernel is asked by a call that no filter forbids and that changes nothing: rt_sigprocmask
 * with a mask at that address and an operation that does not exist.  It reads the mask first.
 * Valgrind would tell of both as faults of the program, so under it the kernel copies, by a call
 * that some filters do forbid.
 */
#include "sys/copy.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/uio.h>

#include "sys/compiler.h"
#include "sys/raw.h"
#include "sys/valgrind.h"

enum { MASK_BYTES = 8, NO_OPERATION = 99, PAGE = 4096 };

static bool readable(const char *at)
{
	return raw6(SYS_rt_sigprocmask, NO_OPERATION, (long)at, 0, MASK_BYTES, 0, 0) == -EINVAL;
}

/* Fewer bytes than a mask has: the mask is laid so that it stays in their page. */
static bool few_readable(const char *first, size_t len)
{
	bool at_end = ((uintptr_t)first & (PAGE - 1)) > PAGE - MASK_BYTES;

	return readable(at_end ? first + len - MASK_BYTES : first);
}

static bool copied_by_kernel(void *to, const void *from, size_t len)
{
	struct iovec local = {to, len}, remote = {(void *)from, len};
	long self = raw3(SYS_getpid, 0, 0, 0);

	return raw6(SYS_process_vm_readv, self, (long)&local, 1, (long)&remote, 1, 0) == (long)len;
}

COLD bool copy_from_program(void *to, const void *from, size_t len)
{
	const char *first = from;

	if (valgrind_runs_us())
		return copied_by_kernel(to, from, len);
	if (len < MASK_BYTES ? !few_readable(first, len)
			     : !readable(first) || !readable(first + len - MASK_BYTES))
		return false;
	memcpy(to, from, len);
	return true;
}
