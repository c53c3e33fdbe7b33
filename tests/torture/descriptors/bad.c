/* SPDX-License-Identifier: MIT */
/* Every wrapped call with descriptors that are none: the errno is libc's.
 * variants: minus_one int_min int_max closed beyond
 */
#include "case.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

extern ssize_t __read_chk(int, void *, size_t, size_t);
extern ssize_t __recv_chk(int, void *, size_t, size_t, int);
extern ssize_t __recvfrom_chk(int, void *, size_t, size_t, int, struct sockaddr *, socklen_t *);
extern ssize_t __read(int, void *, size_t);
extern ssize_t __write(int, const void *, size_t);
extern ssize_t __send(int, const void *, size_t, int);
extern int __connect(int, const struct sockaddr *, socklen_t);
extern int __close(int);
extern int __dup2(int, int);
extern int __fcntl(int, int, ...);

static char buf[16];
static struct iovec iov = {buf, sizeof(buf)};

static void data_calls(int fd)
{
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
	struct mmsghdr mm = {.msg_hdr = m};

	DO(read(fd, buf, 4));
	DO(__read(fd, buf, 4));
	DO(__read_chk(fd, buf, 4, sizeof(buf)));
	DO(readv(fd, &iov, 1));
	DO(recv(fd, buf, 4, 0));
	DO(__recv_chk(fd, buf, 4, sizeof(buf), 0));
	DO(recvfrom(fd, buf, 4, 0, NULL, NULL));
	DO(__recvfrom_chk(fd, buf, 4, sizeof(buf), 0, NULL, NULL));
	DO(recvmsg(fd, &m, 0));
	DO(recvmmsg(fd, &mm, 1, 0, NULL));
	DO(write(fd, buf, 4));
	DO(__write(fd, buf, 4));
	DO(writev(fd, &iov, 1));
	DO(send(fd, buf, 4, 0));
	DO(__send(fd, buf, 4, 0));
	DO(sendto(fd, buf, 4, 0, NULL, 0));
	DO(sendmsg(fd, &m, 0));
	DO(sendmmsg(fd, &mm, 1, 0));
	DO(sendfile(fd, 0, NULL, 4));
	DO(sendfile64(0, fd, NULL, 4));
	DO(splice(fd, NULL, 0, NULL, 4, 0));
	DO(splice(0, NULL, fd, NULL, 4, 0));
	DO(read(fd, NULL, 0));
	DO(write(fd, NULL, 0));
}

static void other_calls(int fd)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t len = sizeof(int);
	int value = 1;

	DO(connect(fd, (struct sockaddr *)&in, sizeof(in)));
	DO(__connect(fd, (struct sockaddr *)&in, sizeof(in)));
	DO(listen(fd, 1));
	DO(accept(fd, NULL, NULL));
	DO(accept4(fd, NULL, NULL, SOCK_CLOEXEC));
	DO(shutdown(fd, SHUT_RDWR));
	DO(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, sizeof(value)));
	DO(getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, &len));
	DO(close(fd));
	DO(__close(fd));
	DO(dup(fd));
	DO(dup2(fd, 3));
	DO(__dup2(3, fd) >= 0);
	DO(dup3(3, fd, 0) >= 0);
	DO(dup3(fd, fd, 0));
	DO(fcntl(fd, F_GETFD));
	DO(fcntl64(fd, F_GETFL));
	DO(__fcntl(fd, F_DUPFD, 0));
	DO(fcntl(3, F_DUPFD, fd) >= 0);
	DO(close(fd) >= -1); /* what the dups may have made */
	DO(fdopen(fd, "r") == NULL);
	DO(syscall(SYS_close, fd));
	DO(syscall(SYS_dup, fd));
	DO(syscall(SYS_shutdown, fd, 2));
	DO(syscall(SYS_write, fd, buf, 1));
	DO(syscall(SYS_recvmsg, fd, NULL, 0));
	DO(syscall(SYS_accept4, fd, 0, 0, 0));
	DO(syscall(SYS_listen, fd, 1));
	DO(syscall(SYS_connect, fd, &in, sizeof(in)));
}

int torture(const char *variant)
{
	int fd = !strcmp(variant, "minus_one") ? -1
		 : !strcmp(variant, "int_min") ? INT_MIN
		 : !strcmp(variant, "int_max") ? INT_MAX
		 : !strcmp(variant, "closed")  ? 77
					       : 1 << 20;
	int end[2];

	tcp_pair(end);
	sure(dup(0) == 3, "dup");
	if (fd == 77) { /* it was one of ours */
		dup2(end[0], fd);
		sure(write(fd, "x", 1) == 1 && close(fd) == 0, "close");
	}
	data_calls(fd);
	other_calls(fd);
	close_range(6, ~0U, 0);
	return 0;
}
