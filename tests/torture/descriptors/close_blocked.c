/* SPDX-License-Identifier: MIT */
/* One thread waits on a descriptor that another closes, replaces or shuts down: it goes on waiting
 * on the old one, or ends, as the kernel has it, and the number's new owner is not disturbed.
 * variants: close dup2 close_range reopen shutdown
 */
#include "case.h"

#include <fcntl.h>

static const char *how;
static int end[2], kept[2], listener;
static char address[32], big[1 << 20];
static volatile int tid, over, left;
static volatile long result;

static long call_recv(void)
{
	char c = 0;
	long r = recv(end[0], &c, 1, 0);

	return r == 1 ? c : r;
}

static long call_read(void)
{
	char c = 0;
	long r = read(end[0], &c, 1);

	return r == 1 ? c : r;
}

static long call_accept(void)
{
	int fd = accept(listener, NULL, NULL);

	return fd < 0 ? fd : close(fd);
}

static long call_send(void)
{
	return send(end[0], big, sizeof(big), MSG_NOSIGNAL);
}

static const struct {
	const char *name;
	long (*call)(void);
	long nr;
} calls[] = {
	{"recv", call_recv, SYS_recvfrom},
	{"read", call_read, SYS_read},
	{"accept", call_accept, SYS_accept},
	{"send", call_send, SYS_sendto},
};

static void *waiter(void *which)
{
	__atomic_store_n(&tid, gettid(), __ATOMIC_RELEASE);
	errno = ERRNO_KEPT;
	result = calls[(long)which].call();
	left = errno;
	__atomic_store_n(&over, 1, __ATOMIC_RELEASE);
	return NULL;
}

/* fd is taken from under the waiter; what then stands at its number is used. */
static void take_away(int fd)
{
	int pipes[2];
	char c;

	sure(pipe(pipes) == 0, "pipe");
	if (!strcmp(how, "shutdown")) {
		DO(shutdown(fd, SHUT_RDWR));
		await_flag(&over, 1);
	} else if (!strcmp(how, "dup2")) {
		DO(dup2(pipes[1], fd) == fd);
	} else if (!strcmp(how, "close_range")) {
		DO(close_range((unsigned)fd, (unsigned)fd, 0));
	} else {
		DO(close(fd));
	}
	if (!strcmp(how, "reopen"))
		DO(fcntl(pipes[1], F_DUPFD, fd) == fd);
	DO(write(fd, "p", 1));
	if (!strcmp(how, "dup2") || !strcmp(how, "reopen"))
		DO(read(pipes[0], &c, 1));
	close(pipes[0]), close(pipes[1]);
}

/* What the waiter waited for comes after all, to the description that it still holds. */
static void traffic(const char *name)
{
	size_t n = 0;
	ssize_t r;

	if (!strcmp(name, "accept")) {
		close(dial(address));
	} else if (!strcmp(name, "send")) {
		while (n < sizeof(big) && (r = recv(end[1], big, sizeof(big), 0)) > 0)
			n += (size_t)r;
	} else {
		sure(send(end[1], "t", 1, 0) == 1, "traffic");
	}
}

static void one(long i)
{
	bool accepts = !strcmp(calls[i].name, "accept");
	pthread_t thread;

	tcp_pair(end);
	setsockopt(end[0], SOL_SOCKET, SO_SNDBUF, &(int){65536}, sizeof(int));
	setsockopt(end[1], SOL_SOCKET, SO_RCVBUF, &(int){65536}, sizeof(int));
	listener = listen_any(address);
	kept[0] = dup(end[0]); /* so that the description outlives its number */
	kept[1] = dup(listener);
	tid = over = 0;
	sure(!pthread_create(&thread, NULL, waiter, (void *)i), "thread");
	await_flag(&tid, 1);
	await_blocked(tid, calls[i].nr);
	take_away(accepts ? listener : end[0]);
	if (!over)
		traffic(calls[i].name);
	pthread_join(thread, NULL);
	say("%s: %s %s", calls[i].name,
		result > 1000 ? "much"
		: result > 0  ? "a byte"
			      : "none",
		left == ERRNO_KEPT ? "" : errname(left));
	DO(send(kept[0], "k", 1, MSG_NOSIGNAL));
	close(kept[0]), close(kept[1]), close(end[1]);
	close(end[0]), close(listener);
}

int torture(const char *variant)
{
	how = variant;
	signal(SIGPIPE, SIG_IGN);
	for (long i = 0; i < (long)(sizeof(calls) / sizeof(*calls)); i++)
		one(i);
	/* The thread's stack, which libc keeps. */
	view_wanted = false;
	return 0;
}
