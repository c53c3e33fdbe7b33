/* SPDX-License-Identifier: MIT */
/* Whose memory is this? */
#ifndef PEERLESS_SYS_TID_H
#define PEERLESS_SYS_TID_H

#include <stdbool.h>

/* What libc takes this thread's number for: no system call.  AS-safe. */
int tid_of_libc(void);

/*
 * Does libc know this very thread?  It does in every thread and in a fork child, whose number
 * clone(2) wrote into the thread's descriptor.  In a vfork or CLONE_VM child the descriptor is the
 * parent's and tells the parent's number.  AS-safe; one system call.
 */
bool tid_is_known_to_libc(void);

#endif
