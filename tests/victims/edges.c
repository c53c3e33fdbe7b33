/* SPDX-License-Identifier: MIT */
/*
 * edges SECTION…: calls at the edges of what recv and send allow, each result printed, so that two
 * runs can be compared.  Both ends of every connection are in here, on loopback.
 */
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "victim.h"

static char text[32], buffer[1 << 20];
static int here, there; /* the connection's two ends */
static struct iovec nothing = {buffer, 0}, some = {buffer, 8};
static volatile int signals;
/* Not constants: a compiler that sees them has an opinion. */
static void *volatile bad = (void *)8;
static volatile size_t huge = (size_t)SSIZE_MAX + 1;
static volatile int too_many = IOV_MAX + 1, negative = -1;

#define RESULT(call) (errno = 0, report(#call, call))

static void tcp(void)
{
	static int listener = -1;

	if (listener < 0)
		listener = listen_any(text);
	here = dial(text);
	there = accept(listener, NULL, NULL);
}

static void local(void)
{
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd))
		die("socketpair");
	here = fd[0];
	there = fd[1];
}

static void reset(int fd)
{
	struct linger l = {1, 0};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
	close(fd);
}

static void *later_five(void *arg)
{
	usleep(300000);
	if (write(there, "fghij", 5) != 5)
		die("write");
	return arg;
}

static void *later_reset(void *arg)
{
	usleep(300000);
	reset(there);
	return arg;
}

static void *later_five_and_reset(void *arg)
{
	later_five(arg);
	return later_reset(arg);
}

static void *later_shut(void *arg)
{
	usleep(300000);
	shutdown(here, SHUT_WR);
	return arg;
}

static pthread_t later(void *(*what)(void *))
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, what, NULL))
		die("pthread_create");
	return thread;
}

static void give(const char *data)
{
	if (write(there, data, strlen(data)) < 0)
		die("write");
	usleep(20000);
}

static void addresses(void)
{
	struct sockaddr_storage addr;
	socklen_t len = 77;

	tcp();
	fcntl(here, F_SETFL, O_NONBLOCK);
	RESULT(recvfrom(here, buffer, 8, 0, (void *)&addr, &len));
	printf("len=%d\n", (int)len);
	fcntl(here, F_SETFL, 0);
	give("abc");
	RESULT(recvfrom(here, buffer, 8, 0, (void *)&addr, &len));
	printf("len=%d\n", (int)len);
	give("abc");
	RESULT(recvfrom(here, buffer, 8, 0, (void *)&addr, bad));
	give("abc");
	RESULT(recvfrom(here, buffer, 8, 0, (void *)&addr, NULL));
	RESULT(sendto(here, "x", 1, 0, (void *)&addr, 4096));
	local();
	RESULT(sendto(here, "x", 1, 0, (void *)&addr, sizeof(addr)));
	RESULT(recvmsg(here, bad, 0));
	RESULT(sendmsg(here, bad, 0));
	RESULT(readv(here, bad, 1));
	RESULT(writev(here, bad, 1));
}

/* The number becomes a file's, and no library sees it. */
static void into(const char *path)
{
	int file = open(path, O_RDWR);

	tcp();
	unseen_syscall(SYS_dup2, file, here, 0, 0, 0, 0);
	close(file);
}

static void stale(void)
{
	into("/dev/zero");
	RESULT(read(here, buffer, 8));
	into("/dev/zero");
	RESULT(readv(here, &some, 1));
	into("/dev/null");
	RESULT(read(here, buffer, 8));
	into("/dev/null");
	RESULT(write(here, buffer, 8));
	into("/dev/null");
	RESULT(writev(here, &some, 1));
}

static void fastopen(void)
{
	struct sockaddr_storage addr;
	int listener = listen_any(text);
	socklen_t len = parse_address(text, &addr);
	struct msghdr m = {&addr, len, &some, 1, NULL, 0, 0};

	here = socket(AF_INET, SOCK_STREAM, 0);
	RESULT(sendto(here, "hello", 5, MSG_FASTOPEN, (void *)&addr, len));
	RESULT(recv(accept(listener, NULL, NULL), buffer, 8, 0));
	here = socket(AF_INET, SOCK_STREAM, 0);
	RESULT(sendmsg(here, &m, MSG_FASTOPEN));
	RESULT(recv(accept(listener, NULL, NULL), buffer, 8, 0));
}

static void nowait(void)
{
	struct msghdr m = {.msg_iov = &some, .msg_iovlen = 1};

	tcp();
	RESULT(read(here, buffer, 0));
	RESULT(readv(here, &nothing, 1));
	RESULT(recvmsg(here, &m, MSG_ERRQUEUE));
	RESULT(recv(here, buffer, 8, MSG_OOB));
}

static void set_own(void)
{
	struct timeval t = {0, 400000};

	setsockopt(here, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
	setsockopt(here, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t));
}

static void wait_own(void)
{
	RESULT(read(here, buffer, 8));
	RESULT(recv(here, buffer, 8, 0));
	for (int quiet = 0; quiet < 30; quiet++) {
		while (send(here, buffer, 1000, MSG_DONTWAIT) > 0)
			quiet = 0;
		usleep(10000);
	}
	RESULT(write(here, buffer, 1));
	RESULT(send(here, buffer, 1, 0));
}

static void own(void)
{
	tcp();
	set_own();
	wait_own();
	local();
	set_own();
	wait_own();
	tcp(); /* set by a parent: the child did not see it */
	set_own();
	if (fork() == 0) {
		wait_own();
		exit(0);
	}
	wait(NULL);
}

static void limits(void)
{
	static struct iovec many[IOV_MAX + 1];
	pthread_t thread;

	for (int i = 0; i <= IOV_MAX; i++)
		many[i] = (struct iovec){buffer, 1};
	tcp();
	RESULT(readv(here, many, too_many));
	RESULT(writev(here, many, too_many));
	RESULT(readv(here, many, negative));
	RESULT(write(here, buffer, huge));
	RESULT(read(here, buffer, huge));
	give("abcde");
	thread = later(later_five);
	RESULT(recv(here, buffer, 10, MSG_PEEK | MSG_WAITALL));
	pthread_join(thread, NULL);
	RESULT(recv(here, buffer, 100, 0));
	give("abcde");
	RESULT(recv(here, buffer, huge, 0));
}

static void part_received(void *(*end)(void *))
{
	pthread_t thread;

	tcp();
	give("abcde");
	thread = later(end);
	RESULT(recv(here, buffer, 20, MSG_WAITALL));
	pthread_join(thread, NULL);
	RESULT(recv(here, buffer, 8, 0));
	RESULT(recv(here, buffer, 8, 0));
}

static void on_signal(int sig)
{
	signals++;
}

/* More than all buffers hold, so that a part of it leaves and the rest waits. */
static void part_sent(void *(*end)(void *))
{
	static char big[32 << 20];
	pthread_t thread;
	long n;

	tcp();
	signals = 0;
	thread = later(end);
	n = write(here, big, sizeof(big));
	printf("part=%d signals=%d\n", n > 0 && n < (long)sizeof(big), signals);
	pthread_join(thread, NULL);
	RESULT(write(here, buffer, 1));
	RESULT(write(here, buffer, 1));
	printf("signals=%d\n", signals);
}

static void parts(void)
{
	signal(SIGPIPE, on_signal);
	part_received(later_reset);
	part_received(later_five_and_reset);
	part_sent(later_reset);
	part_sent(later_shut);
}

static const struct {
	const char *name;
	void (*run)(void);
} section[] = {
	{"addresses", addresses},
	{"stale", stale},
	{"fastopen", fastopen},
	{"nowait", nowait},
	{"own", own},
	{"limits", limits},
	{"parts", parts},
};

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		for (size_t k = 0; k < sizeof(section) / sizeof(section[0]); k++)
			if (!strcmp(argv[i], section[k].name))
				section[k].run();
	return 0;
}
