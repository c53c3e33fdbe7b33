/* SPDX-License-Identifier: MIT */
/*
 * errno without a call.  __errno_location() costs the hot path of write() 14 instructions; but
 * libc is loaded at the start, so its thread-local data lie at one distance from the thread
 * pointer in every thread (ELF TLS variant II), and that needs to be asked once.
 */
#ifndef PEERLESS_SYS_ERRNO_NOW_H
#define PEERLESS_SYS_ERRNO_NOW_H

#include <stddef.h>

#include "sys/compiler.h"

/* Measured by errno_measure(); until then 0, and errno_now() says nothing of use. */
extern HIDDEN ptrdiff_t errno_distance;

void errno_measure(void);

/* This thread's errno.  AS-safe. */
static inline int errno_now(void)
{
	int now;

	__asm__ volatile("movl %%fs:(%1), %0" : "=r"(now) : "r"(errno_distance));
	return now;
}

#endif
