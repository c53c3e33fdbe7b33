/* SPDX-License-Identifier: MIT */
/*
 * libc's own functions behind our wrappers: real_recv is libc's recv, or the next preload's.
 * All are NULL until real_resolve(), which the constructor calls once.  A wrapper that runs
 * earlier (another library's constructor, an IFUNC resolver) does the raw system call; those of
 * signals, exec and fclose, which no single system call stands for, call real_resolve().
 */
#ifndef PEERLESS_SYS_REAL_H
#define PEERLESS_SYS_REAL_H

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sys/call_id.h"
#include "sys/compiler.h"

/* Prototypes that this libc's headers lack, or show only to fortified code. */
ssize_t __read_chk(int fd, void *buf, size_t len, size_t buflen);
ssize_t __recv_chk(int fd, void *buf, size_t len, size_t buflen, int flags);
ssize_t __recvfrom_chk(int fd, void *buf, size_t len, size_t buflen, int flags,
	struct sockaddr *addr, socklen_t *addrlen);
int __poll_chk(struct pollfd *fds, nfds_t n, int timeout, size_t len);
int __ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask,
	size_t len);
int __connect(int fd, const struct sockaddr *addr, socklen_t len);
int __close(int fd);
int __dup2(int from, int to) __THROW;
int __fcntl(int fd, int cmd, ...);
int _IO_fclose(FILE *stream);
ssize_t __read(int fd, void *buf, size_t len);
ssize_t __write(int fd, const void *buf, size_t len);
ssize_t __send(int fd, const void *buf, size_t len, int flags);
int __sigaction(int sig, const struct sigaction *act, struct sigaction *old) __THROW;
sighandler_t bsd_signal(int sig, sighandler_t handler) __THROW;
int __poll(struct pollfd *fds, nfds_t n, int timeout);
int __select(int n, fd_set *in, fd_set *out, fd_set *except, struct timeval *timeout);
pid_t __fork(void) __THROWNL;

#define CALL(name, need) extern HIDDEN __typeof__(name) *real_##name;
#include "calls.def"

/*
 * Fills every real_x; NULL, or the name of a REQUIRED one that libc lacks.  Not AS-safe (dlsym).
 * May be called again: it then changes nothing.
 */
const char *real_resolve(void);

/*
 * The raw system call for a wrapper that runs before real_resolve(): the result, or -1 with errno
 * set, where errno can be reached already (an IFUNC resolver runs before our own relocation).
 */
long real_early(long nr, long a, long b, long c, long d, long e, long f);

#endif
