/* SPDX-License-Identifier: MIT */
/* A program at a fixed address, where function pointers are those of its own stubs.
 * cflags: -no-pie -fno-pie
 */
#include "io.h"

static int (*volatile kept_close)(int) = close;

int torture(const char *variant)
{
	(void)variant;
	io_say("first");
	DO(kept_close(-1));
	DO(kept_close == close);
	io_say("again");
	return 0;
}
