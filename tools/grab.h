/* SPDX-License-Identifier: MIT */
/*
 * A descriptor of another process for a moment, by pidfd_getfd(2).  While we hold it the socket
 * cannot end: it is closed again within the same few calls, never kept.
 */
#ifndef PEERLESS_TOOLS_GRAB_H
#define PEERLESS_TOOLS_GRAB_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * A pidfd of a thread, for the descriptors of a process whose first thread has exited: through the
 * process' own, pidfd_getfd(2) says ESRCH.  -EOPNOTSUPP before Linux 6.9; -ESRCH.
 */
int grab_thread(pid_t tid);

/* A descriptor of our own for the socket with this SO_COOKIE, CLOEXEC; or -errno: -ESTALE where
 * fd is another socket by now, -EPERM, -EBADF, -ESRCH. */
int grab_socket(int pidfd, int fd, uint64_t cookie);

/*
 * Why the kernel does not let us: "belongs to user 33", "kernel.yama.ptrace_scope is 1: ...", "is
 * not dumpable", with what would help.  For the -EPERM of grab_socket() and /proc/PID/fd.
 */
void grab_explain(pid_t pid, char *out, size_t size);

#endif
