/* SPDX-License-Identifier: MIT */
/* Reading memory that the program pointed to, before the kernel has said that it may be read. */
#ifndef PEERLESS_SYS_COPY_H
#define PEERLESS_SYS_COPY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Copies len bytes, or returns false where one cannot be read: a bad pointer is then the kernel's
 * to refuse with EFAULT, not ours to die of.  process_vm_readv(2) on this very process.  AS-safe.
 */
bool copy_from_program(void *to, const void *from, size_t len);

#endif
