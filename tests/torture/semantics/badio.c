/* SPDX-License-Identifier: MIT */
/* Every pointer of the calls that move bytes, bad in five ways: EFAULT, and no crash of ours.
 * variants: tcp unix seqpacket dgram udp udpfree piper pipew file eventfd
 * variants: fresh listening reset closed nothing
 */
#include "states.h"

#include <sys/sendfile.h>

ssize_t __read_chk(int fd, void *buf, size_t len, size_t buflen);
ssize_t __recv_chk(int fd, void *buf, size_t len, size_t buflen, int flags);
ssize_t __recvfrom_chk(int fd, void *buf, size_t len, size_t buflen, int flags,
	struct sockaddr *addr, socklen_t *addrlen);

static const char *v;

static void receiving(void *p)
{
	struct sockaddr_storage addr;
	struct mmsghdr vec[2] = {0};
	char buf[64];

	ON(v, read(fd, p, 4));
	ON(v, __read_chk(fd, p, 4, 4));
	ON(v, readv(fd, p, 2));
	ON(v, readv(fd, iov_of(p, 4), 1));
	ON(v, recv(fd, p, 4, 0));
	ON(v, __recv_chk(fd, p, 4, 4, 0));
	ON(v, recvfrom(fd, p, 4, 0, NULL, NULL));
	ON(v, recvfrom(fd, buf, 4, 0, (void *)&addr, p));
	ON(v, recvfrom(fd, buf, 4, 0, p, &(socklen_t){sizeof(addr)}));
	ON(v, __recvfrom_chk(fd, p, 4, 4, 0, NULL, NULL));
	ON(v, recvmsg(fd, p, 0));
	ON(v, recvmsg(fd, msg_of(p, 16, iov_of(buf, 4), 1, NULL, 0), 0));
	ON(v, recvmsg(fd, msg_of(NULL, 0, p, 1, NULL, 0), 0));
	ON(v, recvmsg(fd, msg_of(NULL, 0, iov_of(p, 4), 1, NULL, 0), 0));
	ON(v, recvmsg(fd, msg_of(NULL, 0, iov_of(buf, 4), 1, p, 64), 0));
	ON(v, recvmmsg(fd, p, 2, MSG_WAITFORONE, NULL));
	vec[0].msg_hdr = vec[1].msg_hdr = *msg_of(NULL, 0, iov_of(buf, 4), 1, NULL, 0);
	ON(v, recvmmsg(fd, vec, 2, MSG_WAITFORONE, p));
	vec[0].msg_hdr.msg_iov = p;
	ON(v, recvmmsg(fd, vec, 2, MSG_WAITFORONE, NULL));
}

static void sending(void *p)
{
	struct mmsghdr vec[2] = {0};

	ON(v, write(fd, p, 4));
	ON(v, writev(fd, p, 2));
	ON(v, writev(fd, iov_of(p, 4), 1));
	ON(v, writev(fd, iov_of(p, 4), 2));
	ON(v, writev(fd, iov_of(p, 0), 1));
	ON(v, send(fd, p, 4, 0));
	ON(v, sendto(fd, p, 4, 0, NULL, 0));
	ON(v, sendto(fd, "abc", 3, 0, p, 16));
	ON(v, sendto(fd, "abc", 3, MSG_FASTOPEN, p, 16));
	ON(v, sendmsg(fd, p, 0));
	ON(v, sendmsg(fd, p, MSG_FASTOPEN));
	ON(v, sendmsg(fd, msg_of(p, 16, iov_of("abc", 3), 1, NULL, 0), 0));
	ON(v, sendmsg(fd, msg_of(p, 16, iov_of("abc", 3), 1, NULL, 0), MSG_FASTOPEN));
	ON(v, sendmsg(fd, msg_of(NULL, 0, p, 1, NULL, 0), 0));
	ON(v, sendmsg(fd, msg_of(NULL, 0, iov_of(p, 4), 2, NULL, 0), 0));
	ON(v, sendmsg(fd, msg_of(NULL, 0, iov_of("abc", 3), 1, p, 64), 0));
	ON(v, sendmmsg(fd, p, 2, 0));
	vec[0].msg_hdr = vec[1].msg_hdr = *msg_of(NULL, 0, iov_of("abc", 3), 1, NULL, 0);
	vec[1].msg_hdr.msg_iov = p;
	ON(v, sendmmsg(fd, vec, 2, 0));
}

static void moving(void *p)
{
	int file = state_file(), end[2];

	sure(pipe(end) == 0 && write(end[1], "abcdef", 6) == 6, "pipe");
	ON(v, sendfile(fd, file, p, 4));
	ON(v, sendfile(file, fd, p, 4));
	ON(v, splice(end[0], p, fd, NULL, 2, SPLICE_F_NONBLOCK));
	ON(v, splice(end[0], NULL, fd, p, 2, SPLICE_F_NONBLOCK));
	ON(v, splice(fd, p, end[1], NULL, 2, SPLICE_F_NONBLOCK));
	ON(v, splice(fd, NULL, end[1], p, 2, SPLICE_F_NONBLOCK));
	close(file);
	close(end[0]);
	close(end[1]);
}

static void all(const char *name, void *p)
{
	say("-- %s", name);
	receiving(p);
	sending(p);
	moving(p);
}

int torture(const char *variant)
{
	v = variant;
	block_sigpipe();
	all("NULL", NULL);
	all("low", (void *)16);
	all("the kernel's", (void *)-4096);
	all("no address at all", (void *)0x8000000000000000);
	all("two bytes of it there", state_edge() - 2);
	return 0;
}
