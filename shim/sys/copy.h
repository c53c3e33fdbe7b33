/* SPDX-License-Identifier: MIT */
/* Reading memory that the program pointed to, before the kernel has said that it may be read. */
#ifndef PEERLESS_SYS_COPY_H
#define PEERLESS_SYS_COPY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Copies len bytes, at most a page, or returns false where they cannot be read: a bad pointer is
 * then the kernel's to refuse with EFAULT, not ours to die of.  AS-safe; two system calls.
 */
bool copy_from_program(void *to, const void *from, size_t len);

#endif
