/* SPDX-License-Identifier: MIT */
/* A client with a poll() loop: non-blocking from connect() on. */
#include <poll.h>

#include "stream.h"

static short wanted(const struct stream *s)
{
	short events = s->connecting || s->pending_bytes ? POLLOUT : 0;

	return client.role->reads && !s->connecting ? events | POLLIN : events;
}

int main(int argc, char **argv)
{
	struct stream s = {0};
	struct pollfd fds[2] = {{.fd = STDIN_FILENO, .events = POLLIN}};

	client_start(argc, argv);
	stream_open(&s);
	for (;;) {
		bool paced = client.role->paced && !s.connecting;

		/* poll() speaks of errors even if asked for nothing: then it is not asked. */
		fds[1].events = wanted(&s);
		fds[1].fd = fds[1].events ? s.fd : -1;
		if (poll(fds, 2, paced ? PACE_MS : -1) == 0 && !s.pending_bytes)
			stream_add(&s, PACE_BYTES);
		if (fds[1].revents)
			stream_ready(&s);
		if (fds[0].revents && !stream_lines(&s))
			fds[0].fd = -1;
	}
}
