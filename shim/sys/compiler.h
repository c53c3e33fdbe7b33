/* SPDX-License-Identifier: MIT */
/* What we ask of the compiler, in words. */
#ifndef PEERLESS_SYS_COMPILER_H
#define PEERLESS_SYS_COMPILER_H

#include <errno.h>

#define EXPORT __attribute__((visibility("default")))
/* On extern declarations too: -fvisibility=hidden is about definitions only. */
#define HIDDEN                 __attribute__((visibility("hidden")))
#define NOINLINE               __attribute__((noinline))
#define ALWAYS_INLINE          inline __attribute__((always_inline))
#define COLD                   __attribute__((cold, noinline))
#define LIKELY(x)              __builtin_expect(!!(x), 1)
#define UNLIKELY(x)            __builtin_expect(!!(x), 0)
#define FALLTHROUGH            __attribute__((fallthrough))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define ARRAY_SIZE(a)          (sizeof(a) / sizeof(0 [a]))

/* The only macro that hides a local: errno is errno_kept, what it was, when the scope ends. */
static inline void errno_restore(const int *kept)
{
	errno = *kept;
}
#define KEEP_ERRNO __attribute__((cleanup(errno_restore), unused)) int errno_kept = errno

#endif
