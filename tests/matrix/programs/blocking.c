/* SPDX-License-Identifier: MIT */
/*
 * cflags: -pthread
 * A client whose main thread blocks in recv() while a second one writes what lines on stdin ask
 * for.  Where the role is to write without end, or not to read, there is one thread.
 */
#include <pthread.h>

#include "client.h"

static int fd;
static char data[CHUNK_BYTES];

static void put(size_t bytes)
{
	static const char zeros[CHUNK_BYTES];

	if (write(fd, zeros, bytes) < 0)
		client_end(errno, "write");
}

static void *lines(void *unused)
{
	int n;

	while ((n = client_lines()) >= 0) {
		for (; n > 0 && client.role->line_bytes; n--) {
			client.asked = true;
			put(client.role->line_bytes);
		}
	}
	return unused;
}

static void flood(void)
{
	int n;

	while ((n = client_lines()) == 0)
		;
	if (n < 0)
		pause();
	for (;;)
		put(sizeof(data));
}

static void pace(void)
{
	for (;; usleep(PACE_MS * 1000))
		put(PACE_BYTES);
}

int main(int argc, char **argv)
{
	pthread_t thread;
	ssize_t n;

	client_start(argc, argv);
	fd = socket(client.address.ss_family, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&client.address, client.address_len) < 0)
		client_end(errno, "connect");
	client_connected();
	if (client.role->flood)
		flood();
	if (client.role->paced)
		pace();
	pthread_create(&thread, NULL, lines, NULL);
	while ((n = recv(fd, data, sizeof(data), 0)) > 0)
		client_received(n);
	if (n < 0)
		client_end(errno, "recv");
	client_eof();
}
