/* SPDX-License-Identifier: MIT */
/*
 * Ops of `calls` that hold both ends of a connection, or change who uses a number: `other` is the
 * peer of the current descriptor, in the same program, so that it dies when told to.
 */
#ifndef CALLS_ENDS_H
#define CALLS_ENDS_H

static int listener = -1, other = -1;

static void perform(char *text);

static long listen_on(const char *host, int backlog)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr = {inet_addr(host)}};

	listener = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(listener, (struct sockaddr *)&in, sizeof(in)) < 0 || listen(listener, backlog) < 0)
		die("listen");
	return 0;
}

static long reach(int from)
{
	struct sockaddr_in in;
	socklen_t len = sizeof(in);

	getsockname(listener, (struct sockaddr *)&in, &len);
	return connect(from, (struct sockaddr *)&in, len);
}

/* server=HOST: a listener of the program's own. */
static long op_server(const char *arg)
{
	return listen_on(arg, 16);
}

/* ... whose queue is full: who connects to it gets no answer. */
static long op_full(const char *arg)
{
	listen_on("127.0.0.1", 0);
	for (int i = 0; i < 3; i++)
		reach(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
	return 0;
}

/* That listener itself. */
static long op_uselistener(const char *arg)
{
	return fd = listener;
}

/* Connects to that listener. */
static long op_reach(const char *arg)
{
	if (fd < 0)
		fd = socket(AF_INET, SOCK_STREAM, 0);
	return reach(fd);
}

static long op_accept(const char *arg)
{
	other = accept(listener, NULL, NULL);
	return other < 0 ? -1 : 0;
}

static long op_pair(const char *arg)
{
	if (listener < 0)
		listen_on("127.0.0.1", 16);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	return reach(fd) ?: op_accept("");
}

/* As pair, but it is the accepted end that is used from here on. */
static long op_accepted(const char *arg)
{
	long ret = op_pair("");
	int dialed = fd;

	fd = other;
	other = dialed;
	return ret;
}

/* Until the kernel has heard of the peer's end.  By an instruction: this is no use of fd. */
static long op_dead(const char *arg)
{
	struct tcp_info info;

	do {
		socklen_t len = sizeof(info);

		if (unseen_syscall(
			    SYS_getsockopt, fd, IPPROTO_TCP, TCP_INFO, (long)&info, (long)&len, 0))
			die("TCP_INFO");
	} while (info.tcpi_state != TCP_CLOSE);
	return 0;
}

/* The peer resets, and the reset has come. */
static long op_reset(const char *arg)
{
	struct linger now = {1, 0};

	setsockopt(other, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(other);
	return op_dead("");
}

/* high=N: a descriptor of it that is no less than N was open for a moment. */
static long op_high(const char *arg)
{
	return close(fcntl(fd, F_DUPFD, number(arg, 900)));
}

/* The peer closes in an orderly way. */
static long op_end(const char *arg)
{
	return close(other);
}

static long op_unspec(const char *arg)
{
	struct sockaddr none = {.sa_family = AF_UNSPEC};

	return connect(fd, &none, sizeof(none));
}

/* A listen() that fails, as somebody listens there already: what is left is a bound socket. */
static long op_listenfails(const char *arg)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int first = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	socklen_t len = sizeof(in);

	fd = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(first, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(first, (struct sockaddr *)&in, len) || getsockname(first, (void *)&in, &len) ||
		bind(fd, (struct sockaddr *)&in, len) || listen(first, 5))
		die("bind");
	return arg && *arg ? syscall(SYS_listen, fd, 5) : listen(fd, 5);
}

/* become=file|udp: the number is given to something else, by an instruction. */
static long op_become(const char *arg)
{
	struct sockaddr_in nobody = {.sin_family = AF_INET, .sin_port = htons(1)};
	int from = open("/proc/self/exe", O_RDONLY);

	nobody.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (!strcmp(arg, "udp")) {
		from = socket(AF_INET, SOCK_DGRAM, 0);
		connect(from, (struct sockaddr *)&nobody, sizeof(nobody));
	}
	if (!strcmp(arg, "end-of-file"))
		lseek(from, 0, SEEK_END);
	return unseen_syscall(SYS_dup2, from, fd, 0, 0, 0, 0) == fd ? 0 : -1;
}

/* By an instruction, too: connects to that listener, reads. */
static long op_unseenreach(const char *arg)
{
	struct sockaddr_in in;
	socklen_t len = sizeof(in);

	getsockname(listener, (struct sockaddr *)&in, &len);
	return unseen_syscall(SYS_connect, fd, (long)&in, len, 0, 0, 0);
}

static long op_unseenread(const char *arg)
{
	return unseen_syscall(SYS_read, fd, (long)buffer, number(arg, 4096), 0, 0, 0);
}

/* The same with nothing but libc, which closes and opens by itself. */
static long op_freopen(const char *arg)
{
	FILE *f = freopen("/proc/self/exe", "r", fdopen(fd, "r+"));

	return f && fileno(f) == fd ? 0 : -1;
}

/* A line by stdio, whose write() is inside libc. */
static long op_stdio(const char *arg)
{
	static FILE *f;

	f = f ?: fdopen(fd, "w");
	fprintf(f, "line\n");
	return fflush(f);
}

static long op_sigdfl(const char *arg)
{
	struct sigaction sa = {.sa_handler = SIG_DFL};

	return sigaction(SIGPIPE, &sa, NULL);
}

static long ended(pid_t pid)
{
	int status = -1;

	waitpid(pid, &status, 0);
	return status;
}

/* fork=OP: a child does OP and ends.  fork: the child goes on, and its parent only waits. */
static long op_fork(const char *arg)
{
	pid_t pid = fork();

	if (pid == 0 && !*arg)
		return 0;
	if (pid == 0) {
		perform((char *)arg);
		_exit(0);
	}
	if (!*arg)
		_exit(ended(pid) ? 98 : 0);
	return ended(pid);
}

/* vfork=OP: so does a child that shares our memory. */
static long op_vfork(const char *arg)
{
	pid_t pid = vfork();

	if (pid == 0) {
		perform((char *)arg);
		_exit(0);
	}
	return ended(pid);
}

#define CALLS_ENDS                                                                   \
	{"server", op_server}, {"full", op_full}, {"uselistener", op_uselistener},   \
		{"reach", op_reach}, {"accept", op_accept}, {"pair", op_pair},       \
		{"accepted", op_accepted}, {"dead", op_dead}, {"reset", op_reset},   \
		{"high", op_high}, {"end", op_end}, {"unspec", op_unspec},           \
		{"listenfails", op_listenfails}, {"become", op_become},              \
		{"unseenreach", op_unseenreach}, {"unseenread", op_unseenread},      \
		{"freopen", op_freopen}, {"stdio", op_stdio}, {"sigdfl", op_sigdfl}, \
		{"fork", op_fork},                                                   \
	{                                                                            \
		"vfork", op_vfork                                                    \
	}

#endif
