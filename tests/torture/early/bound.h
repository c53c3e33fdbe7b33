/* SPDX-License-Identifier: MIT */
/* The program that bound_*.c link in their several ways. */
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
