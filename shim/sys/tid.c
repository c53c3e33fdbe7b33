/* SPDX-License-Identifier: MIT */
#include "sys/tid.h"

#include <pthread.h>
#include <time.h>

#include "sys/compiler.h"
#include "sys/raw.h"

/* A thread's CPU clock is its number in disguise: MAKE_THREAD_CPUCLOCK in linux/posix-timers.h. */
int tid_of_libc(void)
{
	clockid_t clock;

	return pthread_getcpuclockid(pthread_self(), &clock) ? 0 : ~(clock >> 3);
}

COLD bool tid_is_known_to_libc(void)
{
	return tid_of_libc() == (int)raw3(SYS_gettid, 0, 0, 0);
}
