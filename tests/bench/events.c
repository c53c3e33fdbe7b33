/* SPDX-License-Identifier: MIT */
/*
 * events KIND THREADS COUNT: COUNT events for a recording, made by THREADS threads, in a program
 * that knows of no shim; prints "ns=N", the time of one, of all threads together.  Each thread has
 * CONNS connections to itself by turns: it sends 64 bytes at one end and receives them at the
 * other, so that nothing waits.  KIND tcp (loopback) or unix.
 */
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SIZE = 64, CONNS = 8, THREADS_MAX = 64 };

static const char *kind;
static long rounds; /* of a thread; each is two events */
static pthread_barrier_t ready;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void open_tcp(int end[2])
{
	struct sockaddr_in here = {.sin_family = AF_INET};
	socklen_t len = sizeof(here);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	end[0] = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(listener, (struct sockaddr *)&here, len) < 0 || listen(listener, 1) < 0 ||
		getsockname(listener, (struct sockaddr *)&here, &len) < 0 ||
		connect(end[0], (struct sockaddr *)&here, len) < 0)
		die("connect");
	end[1] = accept(listener, NULL, NULL);
	if (end[1] < 0)
		die("accept");
	close(listener);
}

static void open_pair(int end[2])
{
	if (!strcmp(kind, "tcp"))
		open_tcp(end);
	else if (socketpair(AF_UNIX, SOCK_STREAM, 0, end) < 0)
		die("socketpair");
}

static void *work(void *unused)
{
	char data[SIZE];
	int conn[CONNS][2];

	memset(data, 'x', sizeof(data));
	for (int i = 0; i < CONNS; i++)
		open_pair(conn[i]);
	pthread_barrier_wait(&ready);
	for (long i = 0; i < rounds; i++) {
		const int *end = conn[i % CONNS];

		if (write(end[0], data, SIZE) != SIZE || read(end[1], data, SIZE) != SIZE)
			die("write and read");
	}
	return unused;
}

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

int main(int argc, char **argv)
{
	long threads = argc == 4 ? atol(argv[2]) : 0;
	pthread_t id[THREADS_MAX];
	double start_ns;

	if (threads < 1 || threads > THREADS_MAX) {
		fprintf(stderr, "Usage: events tcp|unix THREADS COUNT\n");
		return 2;
	}
	kind = argv[1];
	rounds = atol(argv[3]) / threads / 2;
	pthread_barrier_init(&ready, NULL, (unsigned)threads + 1);
	for (long i = 0; i < threads; i++)
		if (pthread_create(&id[i], NULL, work, NULL))
			die("pthread_create");
	pthread_barrier_wait(&ready);
	start_ns = now_ns();
	for (long i = 0; i < threads; i++)
		pthread_join(id[i], NULL);
	printf("ns=%.1f\n", (now_ns() - start_ns) / (double)(rounds * threads * 2));
	return 0;
}
