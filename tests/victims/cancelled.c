/* SPDX-License-Identifier: MIT */
/*
 * cflags: -pthread
 * cancelled ADDRESS [OP]: a thread blocked in recv() is cancelled, as POSIX says it can be; or one
 * that calls OP (recv, write, sendfile) again and again, whatever comes of it.
 */
#include <pthread.h>
#include <sys/sendfile.h>

#include "victim.h"

static const char *op;
static volatile bool over;

static void *blocked(void *fd)
{
	char c;

	recv(*(int *)fd, &c, 1, 0);
	return NULL;
}

static void *careless(void *fd)
{
	int at = *(int *)fd;
	char c = 0;

	while (!over) {
		if (*op == 'r')
			recv(at, &c, 1, 0);
		else if (*op == 'w')
			write(at, &c, 1);
		else
			sendfile(at, 0, NULL, 1);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	int fd = dial(argv[1]);
	pthread_t thread;
	void *result;

	op = argc > 2 ? argv[2] : NULL;
	pthread_create(&thread, NULL, op ? careless : blocked, &fd);
	usleep(300000);
	pthread_cancel(thread);
	if (op)
		usleep(300000);
	over = true;
	pthread_join(thread, &result);
	puts(result == PTHREAD_CANCELED ? "cancelled" : "returned");
	return 0;
}
