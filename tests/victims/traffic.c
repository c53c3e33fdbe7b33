/* SPDX-License-Identifier: MIT */
/*
 * cflags: -pthread
 * traffic THREADS ROUNDS [COUNTS]: each thread sends itself 3 bytes so many times over a
 * socketpair, forever if 0.  COUNTS is a file: 64-bit numbers, of each thread its tid and the calls
 * (send and recv) that have returned, right at any moment, even after SIGKILL.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { THREADS_MAX = 16 };

static volatile uint64_t (*counts)[2];
static long rounds;

static void *work(void *which)
{
	volatile uint64_t *count = counts[(intptr_t)which];
	int pair[2];
	char bytes[3] = "abc";

	count[0] = (uint64_t)gettid();
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		abort();
	for (long i = 0; !rounds || i < rounds; i++) {
		if (send(pair[0], bytes, 3, 0) != 3)
			abort();
		count[1]++;
		if (recv(pair[1], bytes, 3, 0) != 3)
			abort();
		count[1]++;
	}
	return NULL;
}

int main(int argc, char **argv)
{
	int threads = argc > 2 ? atoi(argv[1]) : 0, flags = MAP_SHARED;
	int fd = argc > 3 ? open(argv[3], O_RDWR | O_CREAT | O_TRUNC, 0600) : -1;
	pthread_t thread[THREADS_MAX];

	if (threads < 1 || threads > THREADS_MAX)
		return 2;
	if (fd < 0 || ftruncate(fd, sizeof(*counts) * THREADS_MAX) < 0)
		flags |= MAP_ANONYMOUS;
	rounds = atol(argv[2]);
	counts = mmap(NULL, sizeof(*counts) * THREADS_MAX, PROT_READ | PROT_WRITE, flags, fd, 0);
	if (counts == MAP_FAILED)
		return 1;
	for (intptr_t i = 0; i < threads; i++)
		pthread_create(&thread[i], NULL, work, (void *)i);
	for (int i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	return 0;
}
