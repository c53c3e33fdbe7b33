/* SPDX-License-Identifier: MIT */
/* Valgrind, where something must be done in another way for it. */
#ifndef PEERLESS_SYS_VALGRIND_H
#define PEERLESS_SYS_VALGRIND_H

#include <stdbool.h>

/* Does it run us?  It knows these instructions; to a processor they are nothing.  AS-safe. */
static inline bool valgrind_runs_us(void)
{
	const unsigned long request[6] = {0x1001}; /* RUNNING_ON_VALGRIND */
	unsigned long answer = 0;

	__asm__ volatile("rolq $3, %%rdi; rolq $13, %%rdi; rolq $61, %%rdi; rolq $51, %%rdi;"
			 "xchgq %%rbx, %%rbx"
			 : "+d"(answer)
			 : "a"(request)
			 : "cc", "memory");
	return answer;
}

#endif
