/* SPDX-License-Identifier: MIT */
/*
 * cflags: -pthread
 * waiters ADDRESS: one thread is stuck in send() to a peer that reads nothing, while the main
 * thread reads what the peer still says.  Says who woke and with what.
 */
#include <pthread.h>

#include "victim.h"

static int fd;
static char data[1 << 20];

static void *stuck(void *unused)
{
	ssize_t n;

	while ((n = send(fd, data, sizeof(data), MSG_NOSIGNAL)) > 0)
		;
	report("sender", n);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	char c;

	if (argc != 2)
		return 2;
	fd = dial(argv[1]);
	pthread_create(&thread, NULL, stuck, NULL);
	usleep(500000);
	report("reader", recv(fd, &c, 1, 0));
	pthread_join(thread, NULL);
	return 0;
}
