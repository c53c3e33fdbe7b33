/* SPDX-License-Identifier: MIT */
/*
 * sockets HOW [ARG]: comes by a socket in one of the ways programs do, uses it as they would, and
 * prints its options, twenty of them, as "HOW: keepalive=1 idle=60 …".
 */
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "victim.h"

static char address[32];

static void use(int fd)
{
	char c;

	recv(fd, &c, 1, MSG_DONTWAIT);
}

static void accepted(const char *how, const char *arg)
{
	int listener = listen_any(address);
	int client = dial(address);
	bool four = !strcmp(how, "accept4");
	int fd = four ? accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)
		      : accept(listener, NULL, NULL);

	print_sockopts(how, fd);
	if (four && fcntl(fd, F_GETFL) != (O_RDWR | O_NONBLOCK))
		printf("accept4: flags were lost\n");
	close(client);
}

/* The program's own settings, on the listener, before listen(). */
static void accepted_own(const char *how, const char *arg)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1, idle = 333, client;
	socklen_t len = sizeof(in);

	setsockopt(listener, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(listener, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	if (bind(listener, (struct sockaddr *)&in, len) < 0 || listen(listener, 5) < 0)
		die("listen");
	getsockname(listener, (struct sockaddr *)&in, &len);
	client = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(client, (struct sockaddr *)&in, len) < 0)
		die("connect");
	print_sockopts(how, accept(listener, NULL, NULL));
}

static void listening(const char *how, const char *arg)
{
	print_sockopts(how, listen_any(address));
}

static void inherited(const char *how, const char *arg)
{
	int fd = atoi(arg);

	use(fd);
	print_sockopts(how, fd);
}

/* A listener from a service manager: prints its port and what the first accepted socket has. */
static void inherited_listener(const char *how, const char *arg)
{
	print_sockopts(how, accept(atoi(arg), NULL, NULL));
}

/* A socket that is invisible at birth: this child uses no call that a library can replace. */
static void pass_unseen(int channel, const char *where)
{
	char control[CMSG_SPACE(sizeof(int))] = {0}, c = 'x';
	struct iovec iov = {&c, 1};
	struct msghdr m = {.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control)};
	struct cmsghdr *head = CMSG_FIRSTHDR(&m);
	struct sockaddr_storage to;
	socklen_t len = parse_address(where, &to);
	int fd = unseen_syscall(SYS_socket, AF_INET, SOCK_STREAM, 0, 0, 0, 0);

	if (unseen_syscall(SYS_connect, fd, (long)&to, len, 0, 0, 0) < 0)
		die("connect");
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	unseen_syscall(SYS_sendmsg, channel, (long)&m, 0, 0, 0, 0);
	_exit(0);
}

static void passed(const char *how, const char *arg)
{
	char control[CMSG_SPACE(sizeof(int))], c;
	struct iovec iov = {&c, 1};
	struct msghdr m = {.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control)};
	int pair[2], fd, listener = listen_any(address);

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) < 0)
		die("socketpair");
	if (fork() == 0)
		pass_unseen(pair[1], address);
	if (recvmsg(pair[0], &m, 0) != 1 || !CMSG_FIRSTHDR(&m))
		die("recvmsg");
	wait(NULL);
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(fd));
	use(fd);
	print_sockopts(how, fd);
	close(listener);
}

static void by_syscall(const char *how, const char *arg)
{
	struct sockaddr_storage to;
	int listener = listen_any(address);
	socklen_t len = parse_address(address, &to);
	int fd = syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);

	if (syscall(SYS_connect, fd, &to, len) < 0)
		die("connect");
	use(fd);
	print_sockopts(how, fd);
	close(listener);
}

/* The end of a connection that a program keeps only as a copy. */
static void duplicated(const char *how, const char *arg)
{
	int listener = listen_any(address), fd = dial(address);
	int copy = !strcmp(how, "dup") ? dup(fd) : fcntl(fd, F_DUPFD_CLOEXEC, 100);

	close(fd);
	use(copy);
	print_sockopts(how, copy);
	close(listener);
}

/* R1: kinds that are no TCP stream; errno after a success stays what it was. */
static void other_kind(const char *how, const char *arg)
{
	int pair[2], fd;

	errno = 77;
	if (!strcmp(how, "raw"))
		fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	else if (!strcmp(how, "seqpacket"))
		fd = socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) ? -1 : pair[0];
	else if (!strcmp(how, "udp"))
		fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	else
		fd = socketpair(AF_UNIX, SOCK_STREAM, 0, pair) ? -1 : pair[0];
	printf("errno=%d\n", errno);
	if (fd < 0)
		die(how);
	print_sockopts(how, fd);
}

/* R1: errno after each call that succeeds, and through close(). */
static void errnos(const char *how, const char *arg)
{
	char c = 'x';
	int listener, fd, server;

	listener = listen_any(address);
	errno = 77;
	fd = dial(address);
	server = accept(listener, NULL, NULL);
	if (write(fd, &c, 1) != 1 || read(server, &c, 1) != 1 || send(fd, &c, 1, 0) != 1)
		die("io");
	dup2(fd, 50);
	shutdown(50, SHUT_RDWR);
	close(50);
	close(fd);
	close(server);
	close(listener);
	printf("errno=%d\n", errno);
}

/* R3: what the program asks for is what it gets and reads back. */
static void readback(const char *how, const char *arg)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;
	int ret = setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	int ret2 = setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));

	printf("ret=%d,%d nodelay=%d keepalive=%d flags=%#x\n", ret, ret2,
		option(fd, IPPROTO_TCP, TCP_NODELAY), option(fd, SOL_SOCKET, SO_KEEPALIVE),
		fcntl(fd, F_GETFL));
}

static const struct {
	const char *name;
	void (*run)(const char *how, const char *arg);
} how[] = {
	{"accept", accepted},
	{"accept4", accepted},
	{"accept-own", accepted_own},
	{"listen", listening},
	{"inherited", inherited},
	{"inherited-listener", inherited_listener},
	{"scm", passed},
	{"syscall", by_syscall},
	{"dup", duplicated},
	{"dupfd", duplicated},
	{"raw", other_kind},
	{"seqpacket", other_kind},
	{"udp", other_kind},
	{"unix", other_kind},
	{"errnos", errnos},
	{"readback", readback},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(how) / sizeof(how[0]); i++) {
		if (strcmp(how[i].name, argv[1]))
			continue;
		how[i].run(argv[1], argc > 2 ? argv[2] : "");
		return 0;
	}
	return 2;
}
