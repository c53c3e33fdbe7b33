/* SPDX-License-Identifier: MIT */
/*
 * cflags: -pthread
 * headless ADDRESS: connects, and leaves it to a thread to say "ready", wait for bytes and say what
 * came of it; the first thread exits meanwhile.
 */
#include <pthread.h>

#include "victim.h"

static int fd;

static void *wait_for_bytes(void *first)
{
	char c;

	pthread_join(*(pthread_t *)first, NULL);
	puts("ready");
	fflush(stdout);
	report("recv", recv(fd, &c, 1, 0));
	return NULL;
}

int main(int argc, char **argv)
{
	static pthread_t first;
	pthread_t thread;

	if (argc != 2)
		return 2;
	fd = dial(argv[1]);
	first = pthread_self();
	pthread_create(&thread, NULL, wait_for_bytes, &first);
	pthread_exit(NULL);
}
