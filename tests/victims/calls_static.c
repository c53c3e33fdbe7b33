/* SPDX-License-Identifier: MIT */
/* cflags: -static -Wno-unused-result
 * calls, without the dynamic linker: nothing can be preloaded into it. */
#include "calls.c"
