/* SPDX-License-Identifier: MIT */
/*
 * cflags: -pthread
 * own_doing shutdown|unspec: a thread waits in recv() on a connection to the program itself, which
 * then ends it on this side.  Says what the thread woke with.
 */
#include <pthread.h>
#include <sys/syscall.h>

#include "victim.h"

static int fd;
static pid_t reader;

static void *stuck(void *unused)
{
	char c;

	__atomic_store_n(&reader, gettid(), __ATOMIC_RELEASE);
	report("reader", recv(fd, &c, 1, 0));
	return NULL;
}

/* Until the thread sleeps in recv(). */
static void await_reader(void)
{
	char path[64], text[32];
	long nr = -1;
	FILE *f;

	while (!__atomic_load_n(&reader, __ATOMIC_ACQUIRE))
		usleep(1000);
	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", (int)reader);
	for (; nr != SYS_recvfrom; usleep(1000)) {
		f = fopen(path, "re");
		nr = f && fgets(text, sizeof(text), f) ? atol(text) : -1;
		fclose(f);
	}
}

int main(int argc, char **argv)
{
	struct sockaddr none = {.sa_family = AF_UNSPEC};
	char address[32];
	pthread_t thread;
	int listener = listen_any(address);

	if (argc != 2)
		return 2;
	fd = dial(address);
	accept(listener, NULL, NULL);
	pthread_create(&thread, NULL, stuck, NULL);
	await_reader();
	if (!strcmp(argv[1], "unspec") ? connect(fd, &none, sizeof(none)) : shutdown(fd, SHUT_RDWR))
		die(argv[1]);
	pthread_join(thread, NULL);
	return 0;
}
