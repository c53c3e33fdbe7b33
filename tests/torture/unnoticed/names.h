/* SPDX-License-Identifier: MIT */
/* The names that libc exports beside those in its headers, and a pair of descriptors of any kind.
 */
#ifndef NAMES_H
#define NAMES_H

#include "case.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <termios.h>

extern __typeof__(read) __read;
extern __typeof__(write) __write;
extern __typeof__(send) __send;
extern __typeof__(close) __close;
extern __typeof__(dup2) __dup2;
extern __typeof__(fcntl) __fcntl;
extern __typeof__(connect) __connect;
extern __typeof__(fclose) _IO_fclose;
extern __typeof__(poll) __poll;
extern __typeof__(select) __select;
extern __typeof__(fork) __fork;
ssize_t __read_chk(int fd, void *buf, size_t len, size_t size);
ssize_t __recv_chk(int fd, void *buf, size_t len, size_t size, int flags);
ssize_t __recvfrom_chk(int fd, void *buf, size_t len, size_t size, int flags,
	struct sockaddr *address, socklen_t *address_len);
int __poll_chk(struct pollfd *p, nfds_t n, int timeout, size_t size);
int __ppoll_chk(struct pollfd *p, nfds_t n, const struct timespec *timeout, const sigset_t *mask,
	size_t size);

#define COUNT(list) (sizeof(list) / sizeof(*(list)))

static const char *const KINDS[] = {"tcp", "unix", "seqpacket", "dgram", "pipe", "file", "pty"};

static UNUSED void pty_pair(int end[2])
{
	struct termios mode;

	end[0] = posix_openpt(O_RDWR | O_NOCTTY);
	sure(end[0] >= 0 && grantpt(end[0]) == 0 && unlockpt(end[0]) == 0, "pty");
	end[1] = open(ptsname(end[0]), O_RDWR | O_NOCTTY);
	sure(end[1] >= 0 && tcgetattr(end[1], &mode) == 0, "pty");
	cfmakeraw(&mode);
	sure(tcsetattr(end[1], TCSANOW, &mode) == 0, "pty");
}

static UNUSED void file_pair(int end[2])
{
	end[0] = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
	end[1] = open("file", O_RDWR);
	sure(end[0] >= 0 && end[1] >= 0 && unlink("file") == 0, "file");
}

/* What is written to end[0] can be read from end[1]. */
static UNUSED void kind_pair(const char *kind, int end[2])
{
	int ends[2], type = SOCK_STREAM;

	if (!strcmp(kind, "tcp"))
		return tcp_pair(end);
	if (!strcmp(kind, "pty"))
		return pty_pair(end);
	if (!strcmp(kind, "file"))
		return file_pair(end);
	if (!strcmp(kind, "pipe")) {
		sure(pipe(ends) == 0, "pipe");
		end[0] = ends[1];
		end[1] = ends[0];
		return;
	}
	type = *kind == 's' ? SOCK_SEQPACKET : *kind == 'd' ? SOCK_DGRAM : SOCK_STREAM;
	sure(socketpair(AF_UNIX, type, 0, end) == 0, "socketpair");
}

#endif
