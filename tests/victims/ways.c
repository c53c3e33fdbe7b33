/* SPDX-License-Identifier: MIT */
/*
 * ways FILE: from one end of a TCP connection to the other, 1 byte by send(), 2 by write(), 4 by
 * sendto(), 8 by writev(), 16 by sendmsg(), 32 and 64 by one sendmmsg(), FILE by sendfile(), 5 by
 * splice() from a pipe; each read by its counterpart, some after a look by MSG_PEEK.
 */
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "victim.h"

static char buf[100000];

static void want(const char *what, ssize_t n, ssize_t wanted)
{
	if (n != wanted)
		die(what);
}

static void connected(int pair[2])
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof(addr);

	if (bind(listener, (struct sockaddr *)&addr, len) || listen(listener, 1) ||
		getsockname(listener, (struct sockaddr *)&addr, &len))
		die("listen");
	pair[0] = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(pair[0], (struct sockaddr *)&addr, len))
		die("connect");
	pair[1] = accept(listener, NULL, NULL);
	close(listener);
}

static struct iovec part(size_t bytes)
{
	return (struct iovec){buf, bytes};
}

static void plainly(int to, int from)
{
	want("send", send(to, buf, 1, 0), 1);
	want("peek", recv(from, buf, 1, MSG_PEEK | MSG_WAITALL), 1);
	want("recv", recv(from, buf, 1, MSG_WAITALL), 1);
	want("write", write(to, buf, 2), 2);
	want("read", read(from, buf, 2), 2);
	want("sendto", sendto(to, buf, 4, 0, NULL, 0), 4);
	want("peek", recvfrom(from, buf, 4, MSG_PEEK | MSG_WAITALL, NULL, NULL), 4);
	want("recvfrom", recvfrom(from, buf, 4, MSG_WAITALL, NULL, NULL), 4);
}

static void gathered(int to, int from)
{
	struct iovec halves[2] = {part(3), part(5)}, whole = part(16),
		     two[2] = {part(32), part(64)};
	struct msghdr msg = {.msg_iov = &whole, .msg_iovlen = 1};
	struct mmsghdr both[2] = {{.msg_hdr = {.msg_iov = &two[0], .msg_iovlen = 1}},
		{.msg_hdr = {.msg_iov = &two[1], .msg_iovlen = 1}}};

	want("writev", writev(to, halves, 2), 8);
	want("readv", readv(from, halves, 2), 8);
	want("sendmsg", sendmsg(to, &msg, 0), 16);
	want("peek", recvmsg(from, &msg, MSG_PEEK | MSG_WAITALL), 16);
	want("recvmsg", recvmsg(from, &msg, MSG_WAITALL), 16);
	want("sendmmsg", sendmmsg(to, both, 2, 0), 2);
	want("recvmmsg", recvmmsg(from, both, 2, MSG_WAITALL, NULL), 2);
}

static void by_kernel(int to, int from, const char *file)
{
	int fd = open(file, O_RDONLY), pipes[2];
	struct stat st;
	ssize_t left;

	if (fd < 0 || fstat(fd, &st) || pipe(pipes))
		die("open");
	want("sendfile", sendfile(to, fd, NULL, (size_t)st.st_size), st.st_size);
	for (left = st.st_size; left;) {
		struct iovec rest = part((size_t)left);
		ssize_t n = recvmsg(from, &(struct msghdr){.msg_iov = &rest, .msg_iovlen = 1}, 0);

		if (n <= 0)
			die("recvmsg");
		left -= n;
	}
	want("write", write(pipes[1], buf, 5), 5);
	want("splice", splice(pipes[0], NULL, to, NULL, 5, 0), 5);
	want("recv", recv(from, buf, 5, MSG_WAITALL), 5);
}

int main(int argc, char **argv)
{
	int pair[2];

	if (argc != 2)
		die("ways FILE");
	connected(pair);
	plainly(pair[0], pair[1]);
	gathered(pair[0], pair[1]);
	by_kernel(pair[0], pair[1], argv[1]);
	close(pair[0]);
	close(pair[1]);
	return 0;
}
