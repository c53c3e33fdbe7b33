/* SPDX-License-Identifier: MIT */
/*
 * A non-blocking connection, for a program with an event loop: how it is opened, and what is done
 * when it is readable or writable.  Each function goes on until the kernel says EAGAIN, which edge
 * triggered readiness needs.  An error or the end of the stream ends the program.
 */
#ifndef STREAM_H
#define STREAM_H

#include "client.h"

#define STREAM_ENDLESS ((size_t)-1)

struct stream {
	int fd;
	bool connecting;
	size_t pending_bytes; /* still to be written */
};

static UNUSED void stream_connected(struct stream *s)
{
	int err = 0;
	socklen_t len = sizeof(err);

	if (s->connecting && getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &err, &len) < 0)
		err = errno;
	if (err)
		client_end(err, "connect");
	s->connecting = false;
	client_connected();
}

static UNUSED void stream_open(struct stream *s)
{
	s->fd = socket(client.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (s->fd < 0)
		client_end(errno, "socket");
	if (!connect(s->fd, (struct sockaddr *)&client.address, client.address_len))
		stream_connected(s);
	else if (errno != EINPROGRESS)
		client_end(errno, "connect");
	else
		s->connecting = true;
}

static UNUSED void stream_read(struct stream *s)
{
	static char data[CHUNK_BYTES];
	ssize_t n;

	while ((n = recv(s->fd, data, sizeof(data), 0)) > 0)
		client_received(n);
	if (n == 0)
		client_eof();
	if (errno != EAGAIN)
		client_end(errno, "recv");
}

static UNUSED void stream_write(struct stream *s)
{
	static const char data[CHUNK_BYTES];
	ssize_t n;

	while (s->pending_bytes > 0) {
		size_t want = s->pending_bytes < sizeof(data) ? s->pending_bytes : sizeof(data);

		n = write(s->fd, data, want);
		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0)
			client_end(errno, "write");
		if (s->pending_bytes != STREAM_ENDLESS)
			s->pending_bytes -= n;
	}
}

/* Something is ready.  What was received is read first: an error then is the connection's own. */
static UNUSED void stream_ready(struct stream *s)
{
	if (s->connecting)
		stream_connected(s);
	if (client.role->reads)
		stream_read(s);
	stream_write(s);
}

static UNUSED void stream_add(struct stream *s, size_t bytes)
{
	s->pending_bytes = client.role->flood ? STREAM_ENDLESS : s->pending_bytes + bytes;
	if (!s->connecting)
		stream_write(s);
}

/* stdin is readable.  False at its end. */
static UNUSED bool stream_lines(struct stream *s)
{
	int lines = client_lines();

	if (lines > 0) {
		client.asked = client.role->answers;
		stream_add(s, (size_t)lines * client.role->line_bytes);
	}
	return lines >= 0;
}

#endif
