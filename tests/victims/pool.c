/* SPDX-License-Identifier: MIT */
/*
 * cflags: -pthread
 * pool ADDRESS KIND…: one connection, and a thread of each KIND that waits on it: recv, read, peek
 * (of a byte), poll, select, epoll (for input), send (to a peer that does not read).  Says "ready"
 * when all are asleep.  A thread that woke says with what, what recv() and send() gave it after
 * that (errno, or how many), and when it woke, in ms of CLOCK_REALTIME.  "over": all have.
 * KIND heedless writes and reads every 10 ms and never asks what came of it.  It says once that 100
 * writes in a row have failed, and how; and goes on.  KIND stay waits for nothing, so that the
 * program lives.
 */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>

#include "victim.h"

enum { HEEDLESS_FAILURES = 100, THREADS_MAX = 16 };

static int fd;
static char data[1 << 20];

struct waiter {
	const char *kind;
	pid_t tid;
	pthread_t thread;
};

/* What a call returned, as a word. */
static const char *word(char *out, long ret)
{
	if (ret < 0)
		return errname(errno);
	sprintf(out, "%ld", ret);
	return out;
}

static const char *wait_poll(void)
{
	struct pollfd p = {fd, POLLIN, 0};

	poll(&p, 1, -1);
	return p.revents & POLLERR ? "ERR" : "IN";
}

static const char *wait_epoll(void)
{
	struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP};
	int set = epoll_create1(0);

	epoll_ctl(set, EPOLL_CTL_ADD, fd, &e);
	epoll_wait(set, &e, 1, -1);
	close(set);
	return e.events & EPOLLERR ? "ERR" : "IN";
}

static const char *wait_select(void)
{
	fd_set in;

	FD_ZERO(&in);
	FD_SET(fd, &in);
	select(fd + 1, &in, NULL, NULL, NULL);
	return FD_ISSET(fd, &in) ? "IN" : "none";
}

static const char *wait_send(char *out)
{
	ssize_t n;

	do
		n = send(fd, data, sizeof(data), MSG_NOSIGNAL);
	while (n == sizeof(data));
	return n < 0 ? word(out, n) : "short";
}

static const char *wait_as(const char *kind, char *out)
{
	char c;

	if (!strcmp(kind, "poll"))
		return wait_poll();
	if (!strcmp(kind, "epoll"))
		return wait_epoll();
	if (!strcmp(kind, "select"))
		return wait_select();
	if (!strcmp(kind, "send"))
		return wait_send(out);
	if (!strcmp(kind, "read"))
		return word(out, read(fd, &c, 1));
	return word(out, recv(fd, &c, 1, strcmp(kind, "peek") ? 0 : MSG_PEEK));
}

static void heedless(void)
{
	const char *how = "?";
	int failed = 0;
	char c;

	for (;; usleep(10000)) {
		ssize_t n = write(fd, "x", 1);

		if (n < 0)
			how = errname(errno);
		failed = n < 0 ? failed + 1 : 0;
		if (failed == HEEDLESS_FAILURES) {
			printf("heedless failed=%d errno=%s\n", failed, how);
			fflush(stdout);
		}
		recv(fd, &c, 1, MSG_DONTWAIT);
	}
}

static void *run(void *arg)
{
	struct waiter *w = arg;
	char woke[24], received[24], sent[24], c;
	const char *first, *second, *third;
	struct timespec at;

	w->tid = syscall(SYS_gettid);
	if (!strcmp(w->kind, "heedless"))
		heedless();
	if (!strcmp(w->kind, "stay"))
		pause();
	first = wait_as(w->kind, woke);
	clock_gettime(CLOCK_REALTIME, &at);
	second = word(received, recv(fd, &c, 1, MSG_DONTWAIT));
	third = word(sent, send(fd, "x", 1, MSG_NOSIGNAL | MSG_DONTWAIT));
	printf("%s woke=%s recv=%s send=%s at=%ld\n", w->kind, first, second, third,
		at.tv_sec * 1000 + at.tv_nsec / 1000000);
	fflush(stdout);
	return NULL;
}

static bool asleep(const struct waiter *w)
{
	char path[64], state = '?';
	FILE *f;

	sprintf(path, "/proc/self/task/%d/stat", w->tid);
	f = w->tid ? fopen(path, "re") : NULL;
	if (f) {
		fscanf(f, "%*d (%*[^)]) %c", &state);
		fclose(f);
	}
	return state == 'S';
}

int main(int argc, char **argv)
{
	struct waiter waiters[THREADS_MAX] = {0};
	int n = argc - 2;

	if (n < 1 || n > THREADS_MAX)
		return 2;
	fd = dial(argv[1]);
	for (int i = 0; i < n; i++) {
		waiters[i].kind = argv[i + 2];
		pthread_create(&waiters[i].thread, NULL, run, &waiters[i]);
	}
	for (int i = 0; i < n; i++)
		while (!asleep(&waiters[i]))
			usleep(1000);
	puts("ready");
	fflush(stdout);
	for (int i = 0; i < n; i++)
		pthread_join(waiters[i].thread, NULL);
	puts("over");
	return 0;
}
