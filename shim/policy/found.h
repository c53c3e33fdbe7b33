/* SPDX-License-Identifier: MIT */
/* Descriptors found in use.  AS-safe; errno untouched; nothing changes in a vfork child. */
#ifndef PEERLESS_POLICY_FOUND_H
#define PEERLESS_POLICY_FOUND_H

#include "runtime/fdtab.h"

/* An UNKNOWN descriptor is used: finds out what it is, arms it.  The new word. */
fdtab_word found_descriptor(int fd);
/* What fd is, found out if need be. */
static inline fdtab_word found_word(int fd)
{
	fdtab_word w = fdtab_load(fd);

	return fdtab_kind(w) == FDTAB_UNKNOWN ? found_descriptor(fd) : w;
}
/* A FRESH one is used though we saw no connect().  The new word. */
fdtab_word found_connected(int fd, fdtab_word w);

#endif
