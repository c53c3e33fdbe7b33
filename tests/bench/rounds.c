/* SPDX-License-Identifier: MIT */
/*
 * rounds CALL KIND COUNT: COUNT rounds of one call on one descriptor, in a program that knows of
 * no shim; prints "ns=N", the time of one round.  What a round costs, without start and end, is
 * the difference between two counts: of instructions, of system calls.
 *
 * CALL  read readv recv recvfrom recvmsg write writev send sendto sendmsg: one such call a round;
 *       poll ppoll select pselect epoll_wait epoll_pwait epoll_pwait2: one wait, that ends at once;
 *       poll64: one poll() of 64 entries;
 *       pingpong: 64 bytes there and back; connect: socket, connect, close (KIND tcp)
 * KIND  file null pipe tcp unix
 *
 * The other end is a child that feeds, drains or echoes and is not part of what is counted.
 */
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>

enum { SIZE = 64, QUEUE = 4096 };

static char data[SIZE], bulk[1 << 16];
static struct iovec iov = {data, SIZE};
static const struct timespec at_once;
static struct sockaddr_in server = {.sin_family = AF_INET};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static ssize_t do_recvmsg(int fd)
{
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};

	return recvmsg(fd, &m, 0);
}

static ssize_t do_sendmsg(int fd)
{
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};

	return sendmsg(fd, &m, 0);
}

static ssize_t do_connect(int unused __attribute__((unused)))
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int rc = connect(fd, (struct sockaddr *)&server, sizeof(server));

	return close(fd) == 0 && rc == 0 ? 1 : -1;
}

static fd_set *only(fd_set *set, int fd)
{
	FD_ZERO(set);
	FD_SET(fd, set);
	return set;
}

static ssize_t do_poll64(int fd)
{
	static struct pollfd p[64];

	for (int i = 0; i < 64; i++)
		p[i] = (struct pollfd){fd, POLLOUT, 0};
	return poll(p, 64, 0);
}

/* An epoll set that holds fd, made by the first round. */
static int set_of(int fd)
{
	static int set = -1;
	struct epoll_event e = {.events = EPOLLOUT};

	if (set < 0) {
		set = epoll_create1(0);
		if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &e) < 0)
			die("epoll");
	}
	return set;
}

#define DO(name, call)                   \
	static ssize_t do_##name(int fd) \
	{                                \
		return call;             \
	}
DO(read, read(fd, data, SIZE))
DO(readv, readv(fd, &iov, 1))
DO(recv, recv(fd, data, SIZE, 0))
DO(recvfrom, recvfrom(fd, data, SIZE, 0, NULL, NULL))
DO(write, write(fd, data, SIZE))
DO(writev, writev(fd, &iov, 1))
DO(send, send(fd, data, SIZE, 0))
DO(sendto, sendto(fd, data, SIZE, 0, NULL, 0))
DO(poll, poll(&(struct pollfd){fd, POLLOUT, 0}, 1, 0))
DO(ppoll, ppoll(&(struct pollfd){fd, POLLOUT, 0}, 1, &at_once, NULL))
DO(select, select(fd + 1, NULL, only(&(fd_set){0}, fd), NULL, &(struct timeval){0}))
DO(pselect, pselect(fd + 1, NULL, only(&(fd_set){0}, fd), NULL, &at_once, NULL))
DO(epoll_wait, epoll_wait(set_of(fd), &(struct epoll_event){0}, 1, 0))
DO(epoll_pwait, epoll_pwait(set_of(fd), &(struct epoll_event){0}, 1, 0, NULL))
DO(epoll_pwait2, epoll_pwait2(set_of(fd), &(struct epoll_event){0}, 1, &at_once, NULL))
DO(pingpong, write(fd, data, SIZE) == SIZE ? read(fd, data, SIZE) : -1)

/* What the child does with its end, until ours is closed. */
static void feed(int fd)
{
	while (write(fd, bulk, sizeof(bulk)) > 0)
		;
}

static void drain(int fd)
{
	while (read(fd, bulk, sizeof(bulk)) > 0)
		;
}

static void echo(int fd)
{
	while (read(fd, bulk, SIZE) == SIZE && write(fd, bulk, SIZE) == SIZE)
		;
}

static void accept_all(int listener)
{
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		drain(fd);
		close(fd);
	}
}

static const struct work {
	const char *name;
	ssize_t (*round)(int fd);
	void (*child)(int fd);
} works[] = {
	{"read", do_read, feed},
	{"readv", do_readv, feed},
	{"recv", do_recv, feed},
	{"recvfrom", do_recvfrom, feed},
	{"recvmsg", do_recvmsg, feed},
	{"write", do_write, drain},
	{"writev", do_writev, drain},
	{"send", do_send, drain},
	{"sendto", do_sendto, drain},
	{"sendmsg", do_sendmsg, drain},
	{"poll", do_poll, drain},
	{"poll64", do_poll64, drain},
	{"ppoll", do_ppoll, drain},
	{"select", do_select, drain},
	{"pselect", do_pselect, drain},
	{"epoll_wait", do_epoll_wait, drain},
	{"epoll_pwait", do_epoll_pwait, drain},
	{"epoll_pwait2", do_epoll_pwait2, drain},
	{"pingpong", do_pingpong, echo},
	{"connect", do_connect, accept_all},
};

static int listen_tcp(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof(server);

	server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&server, len) < 0 || listen(fd, QUEUE) < 0 ||
		getsockname(fd, (struct sockaddr *)&server, &len) < 0)
		die("listen");
	return fd;
}

static void open_tcp(int end[2])
{
	int listener = listen_tcp();

	end[0] = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(end[0], (struct sockaddr *)&server, sizeof(server)) < 0)
		die("connect");
	end[1] = accept(listener, NULL, NULL);
	close(listener);
}

/* Long enough that COUNT reads do not come to its end. */
static void open_file(int end[2], long count)
{
	char name[32];

	snprintf(name, sizeof(name), "/tmp/rounds.%d", getpid());
	end[0] = open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (end[0] < 0 || unlink(name) < 0 || ftruncate(end[0], count * SIZE) < 0)
		die(name);
	end[1] = -1;
}

/* end[0] is ours, end[1] the child's, or -1 where none is needed. */
static void open_ends(const char *kind, const struct work *work, long count, int end[2])
{
	int pipe_end[2];

	if (work->child == accept_all) {
		end[0] = -1;
		end[1] = listen_tcp();
	} else if (!strcmp(kind, "file")) {
		open_file(end, count);
	} else if (!strcmp(kind, "null")) {
		end[0] = open("/dev/null", O_RDWR);
		end[1] = -1;
	} else if (!strcmp(kind, "tcp")) {
		open_tcp(end);
	} else if (!strcmp(kind, "unix")) {
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, end) < 0)
			die("socketpair");
	} else if (!strcmp(kind, "pipe") && pipe(pipe_end) == 0) {
		end[0] = pipe_end[work->child == drain];
		end[1] = pipe_end[work->child == feed];
	} else {
		die(kind);
	}
}

static pid_t start(const struct work *work, int end[2])
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid)
		return pid;
	signal(SIGPIPE, SIG_IGN);
	close(end[0]);
	work->child(end[1]);
	_exit(0);
}

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void run(const struct work *work, const char *kind, long count)
{
	int end[2];
	pid_t child = 0;
	double start_ns;

	open_ends(kind, work, count, end);
	if (end[1] >= 0)
		child = start(work, end);
	if (child)
		close(end[1]);
	start_ns = now_ns();
	for (long i = 0; i < count; i++)
		if (work->round(end[0]) <= 0)
			die(work->name);
	printf("ns=%.1f\n", (now_ns() - start_ns) / (double)count);
	if (child) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
}

int main(int argc, char **argv)
{
	for (size_t i = 0; argc == 4 && i < sizeof(works) / sizeof(*works); i++)
		if (!strcmp(argv[1], works[i].name)) {
			run(&works[i], argv[2], atol(argv[3]));
			return 0;
		}
	fprintf(stderr, "Usage: rounds CALL KIND COUNT\n");
	return 2;
}
