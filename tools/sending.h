/* SPDX-License-Identifier: MIT */
/*
 * Is a thread of the program in the middle of sending on a socket?  By /proc/PID/task/TID/syscall,
 * which tells the call that a sleeping thread is in, with its arguments.  A call that waits with a
 * part of its bytes out would get bytes of ours in between.  A thread that runs is in no such wait.
 */
#ifndef PEERLESS_TOOLS_SENDING_H
#define PEERLESS_TOOLS_SENDING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* inode: the socket's.  True also where it cannot be known. */
bool sending_now(pid_t pid, uint32_t inode);

#endif
