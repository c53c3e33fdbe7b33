/* SPDX-License-Identifier: MIT */
/* See util.h. */
#include "util.h"

#include <stdarg.h>
#include <stdio.h>

static void say_args(const char *fmt, va_list args)
{
	fflush(stdout); /* so that both streams read in order on a terminal */
	fputs("peerless: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
}

void say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say_args(fmt, args);
	va_end(args);
}

void die(int status, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say_args(fmt, args);
	va_end(args);
	exit(status);
}

void *die_if_null(void *memory)
{
	if (!memory)
		die(STATUS_OURS, "out of memory");
	return memory;
}
