/* SPDX-License-Identifier: MIT */
/*
 * cflags: -pthread
 * cancelled ADDRESS: a thread blocked in recv() is cancelled, as POSIX says it can be.
 */
#include <pthread.h>

#include "victim.h"

static void *blocked(void *fd)
{
	char c;

	recv(*(int *)fd, &c, 1, 0);
	return NULL;
}

int main(int argc, char **argv)
{
	int fd = dial(argv[1]);
	pthread_t thread;
	void *result;

	pthread_create(&thread, NULL, blocked, &fd);
	usleep(300000);
	pthread_cancel(thread);
	pthread_join(thread, &result);
	puts(result == PTHREAD_CANCELED ? "cancelled" : "returned");
	return 0;
}
