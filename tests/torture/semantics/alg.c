/* SPDX-License-Identifier: MIT */
/* The kernel's crypto by AF_ALG: what accept() gives there has no address, and every way to send is
 * a way to hash.
 */
#include "case.h"

#include <fcntl.h>
#include <linux/if_alg.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

#ifndef SOL_ALG
#define SOL_ALG 279
#endif

static void digest(int fd)
{
	unsigned char sum[32];
	char hex[2 * sizeof(sum) + 1] = "";
	int i;

	if (DO(read(fd, sum, sizeof(sum))) != sizeof(sum))
		return;
	for (i = 0; i < (int)sizeof(sum); i++)
		sprintf(hex + 2 * i, "%02x", sum[i]);
	say("  %s", hex);
}

static void hash(int fd)
{
	struct iovec iov[2] = {{"ab", 2}, {"c", 1}};
	struct msghdr m = {.msg_iov = iov, .msg_iovlen = 2};
	int file = memfd_create("alg", 0), end[2];

	sure(pipe(end) == 0 && write(file, "abc", 3) == 3 && lseek(file, 0, SEEK_SET) == 0, "file");
	DO(write(fd, "abc", 3));
	digest(fd);
	DO(writev(fd, iov, 2));
	digest(fd);
	DO(send(fd, "a", 1, MSG_MORE));
	DO(send(fd, "bc", 2, 0));
	digest(fd);
	DO(sendmsg(fd, &m, 0));
	digest(fd);
	DO(sendfile(fd, file, NULL, 3));
	digest(fd);
	DO(write(end[1], "abc", 3));
	DO(splice(end[0], NULL, fd, NULL, 3, 0));
	digest(fd);
	DO(write(fd, NULL, 0));
	digest(fd);
	DO(shutdown(fd, SHUT_WR));
	DO(listen(fd, 1));
	close(file);
	close(end[0]);
	close(end[1]);
}

int torture(const char *variant)
{
	struct sockaddr_alg to = {
		.salg_family = AF_ALG, .salg_type = "hash", .salg_name = "sha256"};
	struct sockaddr_storage addr;
	socklen_t len = sizeof(addr);
	int fd = DO(socket(AF_ALG, SOCK_SEQPACKET, 0)), op, again;

	(void)variant;
	if (fd < 0)
		return 0;
	DO(accept(fd, NULL, NULL));
	if (DO(bind(fd, (struct sockaddr *)&to, sizeof(to))) < 0)
		return 0;
	op = DO(accept(fd, NULL, NULL));
	hash(op);
	again = DO(accept4(op, NULL, NULL, SOCK_CLOEXEC));
	digest(again);
	DO(accept(fd, (struct sockaddr *)&addr, &len));
	DO(syscall(SYS_accept, fd, NULL, NULL));
	close(op);
	close(again);
	DO(setsockopt(fd, SOL_ALG, ALG_SET_KEY, "key", 3));
	return 0;
}
