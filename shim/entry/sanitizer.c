/* SPDX-License-Identifier: MIT */
/*
 * What AddressSanitizer asks of us.  It lets no program run where another library comes before its
 * own, as that could hide calls from it.  Ours hides none: each wrapper hands over to the next of
 * its name, which is ASan's.  So the check is off, but where ASAN_OPTIONS or a function of this
 * name in the program says otherwise.
 */
#include "sys/compiler.h"

EXPORT const char *__asan_default_options(void);

/* Asked before any constructor has run, ours included. */
const char *__asan_default_options(void)
{
	return "verify_asan_link_order=0";
}
