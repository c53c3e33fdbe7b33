/* SPDX-License-Identifier: MIT */
/*
 * Symbol resolution.  RTLD_NEXT keeps the chain of preloads intact.  Every symbol asked for exists
 * in the glibc we were built for, because a failing dlsym allocates (PITFALLS B1).
 */
#include "sys/real.h"

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include "sys/compiler.h"
#include "sys/raw.h"

#define CALL(name, need) __typeof__(name) *real_##name;
#include "calls.def"

enum need { OPTIONAL, REQUIRED };

#define CALL(name, need) #name,
const char *const call_name[CALL_COUNT] = {
#include "calls.def"
};

static const struct {
	void **where;
	enum need need;
} slot[CALL_COUNT] = {
#define CALL(name, need) {(void **)&real_##name, need},
#include "calls.def"
};

COLD const char *real_resolve(void)
{
	const char *lacking = NULL;

	for (int i = 0; i < CALL_COUNT; i++) {
		if (*slot[i].where)
			continue;
		*slot[i].where = dlsym(RTLD_NEXT, call_name[i]);
		if (!*slot[i].where && slot[i].need == REQUIRED)
			lacking = call_name[i];
	}
	return lacking;
}

/* Points to itself once our own relocations are done; the compiler must not look through it. */
static const volatile void *volatile const relocated = &relocated;

COLD long real_early(long nr, long a, long b, long c, long d, long e, long f)
{
	long ret = raw6(nr, a, b, c, d, e, f);

	if ((unsigned long)ret < -4095UL)
		return ret;
	if (relocated == &relocated)
		errno = (int)-ret;
	return -1;
}
