/* SPDX-License-Identifier: MIT */
/* UNIX addresses: by path, abstract, with a NUL inside, given by the kernel, none at all; and their
 * errors. getaddrinfo and getnameinfo of what needs no server.
 * variants: stream seqpacket dgram resolve
 */
#include "states.h"

#include <netdb.h>

static int type;

static socklen_t address(struct sockaddr_un *un, const char *name, size_t len)
{
	*un = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(un->sun_path, name, len);
	return offsetof(struct sockaddr_un, sun_path) + len;
}

static void who(const char *what, int fd, int (*ask)(int, struct sockaddr *, socklen_t *))
{
	struct sockaddr_un un = {0};
	socklen_t len = sizeof(un);
	int rc;

	errno = ERRNO_KEPT;
	rc = ask(fd, (struct sockaddr *)&un, &len);
	say("  %s %d len=%d %d<%s>", what, rc, len, un.sun_path[0], un.sun_path + !un.sun_path[0]);
}

static void meet(const char *name, size_t size)
{
	int server = socket(AF_UNIX, type, 0), client = socket(AF_UNIX, type, 0), got = -1;
	struct sockaddr_un un;
	socklen_t len = address(&un, name, size);
	char buf[16];

	fcntl(client, F_SETFL, O_RDWR | O_NONBLOCK);
	say("-- %.*s", (int)size - !name[0], name + !name[0]);
	DO(connect(client, (struct sockaddr *)&un, len));
	DO(bind(server, (struct sockaddr *)&un, len));
	DO(connect(client, (struct sockaddr *)&un, len));
	if (type != SOCK_DGRAM) {
		DO(listen(server, 1));
		DO(connect(client, (struct sockaddr *)&un, len));
		fcntl(server, F_SETFL, O_RDWR | O_NONBLOCK);
		got = accept(server, NULL, NULL);
	}
	DO(connect(client, (struct sockaddr *)&un, len));
	TRY(write(client, "hello", 5));
	fcntl(server, F_SETFL, O_RDWR | O_NONBLOCK);
	DO(read(got < 0 ? server : got, buf, sizeof(buf)));
	who("client is", client, getsockname);
	who("server is", server, getsockname);
	who("client's peer is", client, getpeername);
	who("accepted's peer is", got, getpeername);
	DO(bind(client, (struct sockaddr *)&un, sizeof(sa_family_t)));

	close(server);
	close(got);
	TRY(write(client, "hello", 5));
	DO(read(client, buf, sizeof(buf)));
	DO(bind(server = socket(AF_UNIX, type, 0), (struct sockaddr *)&un, len));
	close(server);
	close(client);
}

static void errors(void)
{
	int fd = socket(AF_UNIX, type, 0), stream = socket(AF_UNIX, SOCK_STREAM, 0);
	char longest[200];
	struct sockaddr_un un;
	socklen_t len = address(&un, "file", 5);

	memset(longest, 'x', sizeof(longest));
	close(open("file", O_CREAT | O_WRONLY, 0600));
	DO(connect(fd, (struct sockaddr *)&un, len));
	DO(bind(fd, (struct sockaddr *)&un, len));
	len = address(&un, "nowhere/name", 13);
	DO(bind(fd, (struct sockaddr *)&un, len));
	DO(connect(fd, (struct sockaddr *)&un, len));
	DO(connect(fd, (struct sockaddr *)longest, sizeof(longest)));
	len = address(&un, longest, sizeof(un.sun_path));
	DO(bind(stream, (struct sockaddr *)&un, len));
	DO(listen(stream, 1));
	DO(connect(fd, (struct sockaddr *)&un, len));
	un.sun_family = AF_INET;
	DO(connect(fd, (struct sockaddr *)&un, len));
	close(fd);
	close(stream);
}

static void resolve(void)
{
	static const char *const name[] = {
		"127.0.0.1", "::1", "1.2.3", "localhost", "", "300.1.1.1"};
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list, *a;
	char host[64], port[16];
	size_t i;

	for (i = 0; i < sizeof(name) / sizeof(*name); i++) {
		hints.ai_flags = !strcmp(name[i], "localhost") ? 0 : AI_NUMERICHOST;
		list = NULL;
		DO(getaddrinfo(name[i], "80", &hints, &list));
		for (a = list; a; a = a->ai_next) {
			DO(getnameinfo(a->ai_addr, a->ai_addrlen, host, sizeof(host), port,
				sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV));
			say("  %s %s", host, port);
		}
		if (list)
			freeaddrinfo(list);
	}
}

int torture(const char *variant)
{
	block_sigpipe();
	if (*variant == 'r') {
		resolve();
		view_wanted = false; /* libc keeps what it loaded */
		return 0;
	}
	type = *variant == 'd' ? SOCK_DGRAM : variant[1] == 'e' ? SOCK_SEQPACKET : SOCK_STREAM;
	meet("path", 5);
	meet("\0torture of names", 17);
	meet("\0torture\0inside", 15);
	errors();
	return 0;
}
