/* SPDX-License-Identifier: MIT */
/* In each state of a socket, each pair of calls one after the other: what the first one takes (a
 * pending error, an end of stream) the second one does not see, and nothing else is taken.
 * variants: tcp fresh listening connecting closed reset refused shutrd shutwr closedfull resetfull
 * variants: unix unixfresh unixlistening unixclosed seqpacket dgram udp udpfree
 */
#include "states.h"

#include <sys/ioctl.h>
#include <sys/sendfile.h>

static struct sockaddr_storage somewhere;
static socklen_t somewhere_len;
static int file, pipes[2], listener;

/* A non-blocking connect that was refused, and whose error nobody has taken yet. */
static int refused(void)
{
	static struct sockaddr_in to;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (!to.sin_port)
		nobody_at(SOCK_STREAM, &to);
	sure(connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0, "refused");
	await(fd, POLLIN);
	return fd;
}

static int events(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN | POLLOUT | POLLPRI | POLLRDHUP};

	poll(&p, 1, 0);
	return p.revents;
}

static int so_error(int fd)
{
	return option(fd, SOL_SOCKET, SO_ERROR);
}

static int rewound(void)
{
	char junk[64];

	lseek(file, 0, SEEK_SET);
	while (read(pipes[0], junk, sizeof(junk)) > 0)
		;
	sure(write(pipes[1], "pipe", 4) == 4, "pipe");
	errno = ERRNO_KEPT;
	return 0;
}

/* Each function of calls below makes the one that is so many further on, if it has so many. */
static int further;

enum { NONE = -2 };

#define OP(call)        \
	if (!further--) \
	return TRY(call)

static long receiving(int fd)
{
	static char buf[64];
	struct mmsghdr vec[2] = {0};

	vec[0].msg_hdr = vec[1].msg_hdr = *msg_of(NULL, 0, iov_of(buf, 4), 1, NULL, 0);
	OP(read(fd, buf, 4));
	OP(read(fd, buf, 0));
	OP(readv(fd, iov_of(buf, 4), 1));
	OP(recv(fd, buf, 4, 0));
	OP(recv(fd, buf, 4, MSG_PEEK));
	OP(recv(fd, buf, 4, MSG_OOB));
	OP(recv(fd, buf, 4, MSG_ERRQUEUE));
	OP(recvfrom(fd, buf, 4, MSG_WAITALL | MSG_DONTWAIT, NULL, NULL));
	OP(recvmsg(fd, msg_of(NULL, 0, iov_of(buf, 4), 1, NULL, 0), 0));
	OP(recvmmsg(fd, vec, 2, MSG_DONTWAIT, NULL));
	OP(splice(fd, NULL, pipes[1], NULL, 3, SPLICE_F_NONBLOCK));
	OP(accept(fd, NULL, NULL));
	return NONE;
}

static long sending(int fd)
{
	struct mmsghdr vec = {.msg_hdr = *msg_of(NULL, 0, iov_of("abcd", 4), 1, NULL, 0)};

	OP(write(fd, "abcd", 4));
	OP(write(fd, "abcd", 0));
	OP(writev(fd, iov_of("abcd", 4), 1));
	OP(send(fd, "abcd", 4, 0));
	OP(send(fd, "abcd", 4, MSG_NOSIGNAL));
	OP(send(fd, "a", 1, MSG_OOB));
	OP(sendto(fd, "abcd", 4, 0, NULL, 0));
	OP(sendmsg(fd, msg_of(NULL, 0, iov_of("abcd", 4), 1, NULL, 0), 0));
	OP(sendmmsg(fd, &vec, 1, 0)); /* of two, one might meet the answer to the other */
	OP(rewound() ?: sendfile(fd, file, NULL, 3));
	OP(rewound() ?: splice(pipes[0], NULL, fd, NULL, 3, 0));
	return NONE;
}

static long changing(int fd)
{
	struct sockaddr none = {.sa_family = AF_UNSPEC};
	struct sockaddr_storage addr;

	OP(shutdown(fd, SHUT_RD));
	OP(shutdown(fd, SHUT_WR));
	OP(shutdown(fd, SHUT_RDWR));
	OP(shutdown(fd, 3));
	OP(so_error(fd));
	OP(events(fd));
	OP(getpeername(fd, (void *)&addr, &(socklen_t){sizeof(addr)}));
	OP(connect(fd, &none, sizeof(none)));
	OP(connect(fd, (void *)&somewhere, somewhere_len));
	OP(connect(fd, (void *)&somewhere, 3));
	OP(listen(fd, 2));
	OP(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)));
	OP(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)));
	OP(ioctl(fd, FIONREAD, &(int){0}));
	return NONE;
}

static int tcp_state(int fd)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0 ? -1 : info.tcpi_state;
}

/* Until the other end's answer has come: to bytes or a FIN after its own, or to a connect(). */
static void settle(int fd, bool closed, bool sent, bool begun)
{
	int64_t end = now_ms() + 10000;

	if (begun)
		await(fd, POLLOUT);
	while (closed && (sent || tcp_state(fd) == TCP_LAST_ACK) && tcp_state(fd) != TCP_CLOSE) {
		sure(now_ms() < end, "settle");
		usleep(50);
	}
}

/* The nr-th call of all; false if there is none. */
static bool one(int nr, int fd)
{
	bool closed = tcp_state(fd) == TCP_CLOSE_WAIT, connecting = tcp_state(fd) == TCP_SYN_SENT;
	bool sent = false;
	long ret;

	further = nr;
	ret = receiving(fd);
	if (ret == NONE) {
		ret = sending(fd);
		sent = ret > 0;
	}
	if (ret == NONE)
		ret = changing(fd);
	settle(fd, closed, sent, !connecting && ret == -1 && errno == EINPROGRESS);
	return ret != NONE;
}

static int made(const char *variant)
{
	int fd;

	if (!strcmp(variant, "refused"))
		return refused();
	fd = state(variant);
	state_feed(fd);
	return fd;
}

static bool pair(const char *variant, int first, int second)
{
	int fd = made(variant), waiting;
	bool had = one(first, fd) && one(second, fd);

	if (had) {
		one(0, fd);
		say("  SO_ERROR = %s, events = %x", errname(so_error(fd)), events(fd));
	}
	state_end(fd);
	while ((waiting = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0)
		close(waiting);
	return had;
}

int torture(const char *variant)
{
	char address[32];
	int first, second;

	block_sigpipe();
	file = state_file();
	sure(pipe2(pipes, O_NONBLOCK) == 0, "pipe");
	listener = listen_any(address);
	fcntl(listener, F_SETFL, O_RDWR | O_NONBLOCK);
	somewhere_len = parse_address(address, &somewhere);
	for (first = 0; pair(variant, first, 0); first++)
		for (second = 1; pair(variant, first, second); second++)
			;
	return 0;
}
