/* SPDX-License-Identifier: MIT */
/* Lengths from nothing to everything, and one byte more than is mapped.
 * variants: tcp unix seqpacket dgram udp piper pipew file eventfd
 * variants: fresh listening reset closed shutwr nothing
 */
#include "states.h"

#include <limits.h>
#include <sys/sendfile.h>

static const char *v;

static void one_length(size_t len, char *p)
{
	struct iovec two[2] = {{p, 1}, {p, len}};

	ON(v, read(fd, p, len));
	ON(v, recv(fd, p, len, 0));
	ON(v, recvfrom(fd, p, len, MSG_DONTWAIT, NULL, NULL));
	ON(v, readv(fd, iov_of(p, len), 1));
	ON(v, readv(fd, two, 2));
	ON(v, recvmsg(fd, msg_of(NULL, 0, two, 2, NULL, 0), 0));
	ON(v, write(fd, p, len));
	ON(v, send(fd, p, len, 0));
	ON(v, sendto(fd, p, len, MSG_DONTWAIT, NULL, 0));
	ON(v, writev(fd, iov_of(p, len), 1));
	ON(v, writev(fd, two, 2));
	ON(v, sendmsg(fd, msg_of(NULL, 0, two, 2, NULL, 0), 0));
}

static void all_lengths(void)
{
	static const struct {
		const char *name;
		size_t len;
	} length[] = {{"0", 0}, {"9", 9}, {"INT_MAX + 1", INT_MAX + 1ul},
		{"what a call moves at most", 0x7ffff000}, {"and one more", 0x7ffff001},
		{"1 << 47", 1ul << 47}, {"SSIZE_MAX", SSIZE_MAX}, {"SSIZE_MAX + 1", 1ul << 63},
		{"SIZE_MAX", SIZE_MAX}};
	size_t i;

	for (i = 0; i < sizeof(length) / sizeof(*length); i++) {
		say("-- %s", length[i].name);
		one_length(length[i].len, state_edge() - 8);
		if (length[i].len > 9) {
			say("-- %s at the last address", length[i].name);
			one_length(length[i].len, (char *)0x7fffffffe000);
		}
	}
}

/* As many buffers as there may be, one more, fewer than none. */
static void counts(void)
{
	static const int count[] = {0, 1, 2, IOV_MAX, IOV_MAX + 1, INT_MAX, -1, INT_MIN};
	static struct iovec iov[IOV_MAX + 1];
	static char buf[IOV_MAX + 1];
	size_t i;

	for (i = 0; i <= IOV_MAX; i++)
		iov[i] = (struct iovec){&buf[i], 1};
	for (i = 0; i < sizeof(count) / sizeof(*count); i++) {
		say("-- %d buffers", count[i]);
		ON(v, readv(fd, iov, count[i]));
		ON(v, recvmsg(fd, msg_of(NULL, 0, iov, count[i], NULL, 0), 0));
		ON(v, writev(fd, iov, count[i]));
		ON(v, writev(fd, NULL, count[i]));
		ON(v, sendmsg(fd, msg_of(NULL, 0, iov, count[i], NULL, 0), 0));
		ON(v, recvmsg(fd, msg_of(NULL, 0, NULL, count[i], NULL, 0), 0));
	}
}

static void overflowing(void)
{
	struct iovec whole[2] = {{"ab", SSIZE_MAX}, {"cd", SSIZE_MAX}};
	struct iovec wraps[3] = {{"ab", 2}, {"cd", SIZE_MAX}, {"ef", 2}};
	struct iovec nothing[3] = {{"ab", 0}, {NULL, 0}, {(void *)16, 0}};

	ON(v, writev(fd, whole, 2));
	ON(v, writev(fd, wraps, 3));
	ON(v, writev(fd, nothing, 3));
	ON(v, readv(fd, wraps, 3));
	ON(v, readv(fd, nothing, 3));
	ON(v, sendmsg(fd, msg_of(NULL, 0, wraps, 3, NULL, 0), 0));
	ON(v, sendmsg(fd, msg_of(NULL, 0, nothing, 3, NULL, 0), 0));
}

static void moving(void)
{
	int file = state_file(), end[2];

	sure(pipe(end) == 0 && write(end[1], "abcdef", 6) == 6, "pipe");
	ON(v, sendfile(fd, file, &(off_t){0}, 0));
	ON(v, sendfile(fd, file, &(off_t){0}, SIZE_MAX));
	ON(v, sendfile(fd, file, &(off_t){3}, SSIZE_MAX));
	ON(v, sendfile(fd, file, &(off_t){-1}, 4));
	ON(v, sendfile(fd, file, &(off_t){SSIZE_MAX}, 4));
	ON(v, splice(end[0], NULL, fd, NULL, 0, SPLICE_F_NONBLOCK));
	ON(v, splice(end[0], NULL, fd, NULL, 2, SPLICE_F_NONBLOCK));
	ON(v, splice(end[0], NULL, fd, NULL, SIZE_MAX, SPLICE_F_NONBLOCK));
	ON(v, splice(fd, NULL, end[1], NULL, SIZE_MAX, SPLICE_F_NONBLOCK));
	ON(v, splice(fd, NULL, end[1], NULL, 4, 0xff));
	close(file);
	close(end[0]);
	close(end[1]);
}

int torture(const char *variant)
{
	v = variant;
	block_sigpipe();
	all_lengths();
	counts();
	overflowing();
	moving();
	return 0;
}
