/* SPDX-License-Identifier: MIT */
/* A client with an epoll loop, the connection edge-triggered and non-blocking from connect() on. */
#include <sys/epoll.h>

#include "stream.h"

static int set;

static void watch(int fd, uint32_t events)
{
	struct epoll_event e = {.events = events, .data.fd = fd};

	/* A file or /dev/null as stdin cannot be waited for (EPERM): no line comes. */
	if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &e) < 0 && errno != EPERM)
		client_end(errno, "epoll_ctl");
}

int main(int argc, char **argv)
{
	struct stream s = {0};
	struct epoll_event e;

	client_start(argc, argv);
	set = epoll_create1(EPOLL_CLOEXEC);
	stream_open(&s);
	watch(s.fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
	watch(STDIN_FILENO, EPOLLIN);
	for (;;) {
		bool paced = client.role->paced && !s.connecting;
		int n = epoll_wait(set, &e, 1, paced ? PACE_MS : -1);

		if (n == 0 && !s.pending_bytes)
			stream_add(&s, PACE_BYTES);
		if (n == 1 && e.data.fd == s.fd)
			stream_ready(&s);
		else if (n == 1 && !stream_lines(&s))
			epoll_ctl(set, EPOLL_CTL_DEL, STDIN_FILENO, NULL);
	}
}
