/* SPDX-License-Identifier: MIT */
/*
 * By what a sentinel knows the processes of its CMD, also those that are nobody's children any
 * more: PEERLESS_SENTINEL=MARK in their environment, and a page that nobody can read or write at an
 * address made of that mark.  A title (setproctitle) can stand where the environment was; the page
 * it cannot overwrite.  fork(2) copies it; execve(2) takes it away, but hands on the environment,
 * by which policy/kin maps it anew.
 *
 * The page is at 0x4xxxxxxxx000, x being the last eight digits of the mark.  Nothing comes there by
 * itself.  Below 0x4000.. are a program that is no PIE and its heap, mmap(2) with the legacy layout
 * (0x2aaa.. to 0x3aaa.., and up) and where V8, Go and mimalloc ask for their heaps; from 0x5000..
 * on are ASan's heap, a PIE and its heap (0x5555.. to 0x6555..), mmap(2) and the stack (from
 * 0x7fff.. down, by less than 0x1000..).
 */
#ifndef PEERLESS_SYS_KIN_MARK_H
#define PEERLESS_SYS_KIN_MARK_H

#include <stdint.h>

#define KIN_MARK_VARIABLE "PEERLESS_SENTINEL"
#define KIN_MARK_FIRST    UINT64_C(0x400000000000)

enum { KIN_MARK_DIGITS = 16, KIN_MARK_BYTES = 4096 };

/* 0: that is no mark, which is KIN_MARK_DIGITS hexadecimal digits in lower case. */
static inline uint64_t kin_mark_address(const char *mark)
{
	uint64_t id = 0;

	for (int i = 0; i < KIN_MARK_DIGITS; i++, mark++) {
		if (*mark >= '0' && *mark <= '9')
			id = id << 4 | (uint64_t)(*mark - '0');
		else if (*mark >= 'a' && *mark <= 'f')
			id = id << 4 | (uint64_t)(*mark - 'a' + 10);
		else
			return 0;
	}
	return *mark ? 0 : KIN_MARK_FIRST | (id & UINT32_MAX) * KIN_MARK_BYTES;
}

#endif
