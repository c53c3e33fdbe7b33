/* SPDX-License-Identifier: MIT */
/* A call that succeeds leaves errno as it was, whatever it was: every call and every name of it,
 * on each kind of descriptor, known by its use, made behind our back, or come by SCM_RIGHTS.
 * variants: known unseen received
 */
#include "names.h"

static const int BEFORE[] = {0, ERRNO_KEPT, EPIPE, ENOTSOCK, EINTR, ETIMEDOUT};
static const char *kind, *how;
/* From a to b there are bytes, and in the pipe from; into is one to write to, text is a file. */
static int a, b, from, into[2], text;
static long succeeded;

/* The same open files under numbers of which we know nothing. */
static void unseen(int *fd)
{
	int other = (int)unseen_syscall(SYS_fcntl, *fd, F_DUPFD, *fd + 200, 0, 0, 0);

	sure(other >= 0 && close(*fd) == 0, "dup");
	*fd = other;
}

static void received(int fd[2])
{
	char control[CMSG_SPACE(2 * sizeof(int))] = "", byte = 'x';
	struct iovec iov = {&byte, 1};
	struct msghdr msg = {.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	int carrier[2];

	unix_pair(carrier);
	*c = (struct cmsghdr){CMSG_LEN(2 * sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
	memcpy(CMSG_DATA(c), fd, 2 * sizeof(int));
	sure(sendmsg(carrier[0], &msg, 0) == 1 && close(fd[0]) == 0 && close(fd[1]) == 0, "send");
	sure(recvmsg(carrier[1], &msg, 0) == 1, "recvmsg");
	memcpy(fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), 2 * sizeof(int));
	close(carrier[0]);
	close(carrier[1]);
}

static void begin(void)
{
	int end[2], ends[2];
	char c;

	kind_pair(kind, end);
	sure(write(end[0], "12345678", 8) == 8 && write(end[0], "abcdefgh", 8) == 8, "write");
	if (*how == 'k' && *kind != 'p')
		sure(read(end[1], &c, 1) == 1, "read");
	if (*how == 'r')
		received(end);
	a = end[0];
	b = end[1];
	if (*how == 'u') {
		unseen(&a);
		unseen(&b);
	}
	await(b, POLLIN);
	sure(pipe(ends) == 0 && write(ends[1], "12", 2) == 2 && close(ends[1]) == 0, "pipe");
	from = ends[0];
	text = memfd_create("text", 0);
	sure(text >= 0 && write(text, "text", 4) == 4, "memfd");
	sure(pipe(into) == 0, "pipe");
}

static void end(const char *what, long ret, int before)
{
	int err = errno;

	if (ret < 0 || err != before)
		say("%s: %s = %ld, %s became %s", kind, what, ret, errname(before), errname(err));
	succeeded += ret >= 0;
	close(a);
	close(b);
	close(from);
	close(text);
	close(into[0]);
	close(into[1]);
}

#define OK(call)                                     \
	for (size_t i = 0; i < COUNT(BEFORE); i++) { \
		long ret_;                           \
                                                     \
		begin();                             \
		errno = BEFORE[i];                   \
		ret_ = (long)(call);                 \
		end(#call, ret_, BEFORE[i]);         \
	}

static char buf[64];
static struct iovec iov[2] = {{buf, 3}, {buf + 3, 4}};
static struct sockaddr_storage address;
static socklen_t len;
static int value;

static struct msghdr *message(void)
{
	static struct msghdr msg;

	msg = (struct msghdr){.msg_iov = iov, .msg_iovlen = 2};
	return &msg;
}

static struct mmsghdr *messages(void)
{
	static struct mmsghdr vec[2];

	vec[0] = vec[1] = (struct mmsghdr){.msg_hdr = *message()};
	return vec;
}

static void receiving(void)
{
	OK(read(b, buf, 4));
	OK(__read(b, buf, 4));
	OK(__read_chk(b, buf, 4, sizeof(buf)));
	OK(read(b, buf, 0));
	OK(readv(b, iov, 2));
	OK(recv(b, buf, 4, 0));
	OK(recv(b, buf, 4, MSG_PEEK | MSG_DONTWAIT));
	OK(__recv_chk(b, buf, 4, sizeof(buf), 0));
	OK(recvfrom(b, buf, 4, 0, NULL, NULL));
	OK((len = sizeof(address), recvfrom(b, buf, 4, 0, (void *)&address, &len)));
	OK((len = sizeof(address), __recvfrom_chk(b, buf, 4, 64, 0, (void *)&address, &len)));
	OK(recvmsg(b, message(), 0));
	OK(recvmmsg(b, messages(), 1, 0, NULL));
	OK(recvmmsg(b, messages(), 2, MSG_DONTWAIT, NULL));
	OK(splice(b, NULL, into[1], NULL, 4, 0));
	OK(syscall(SYS_read, b, buf, 4));
}

static void sending(void)
{
	OK(write(a, buf, 4));
	OK(__write(a, buf, 4));
	OK(write(a, buf, 0));
	OK(writev(a, iov, 2));
	OK(writev(a, iov, 0));
	OK(send(a, buf, 4, 0));
	OK(__send(a, buf, 4, MSG_NOSIGNAL));
	OK(sendto(a, buf, 4, MSG_DONTWAIT, NULL, 0));
	OK(sendmsg(a, message(), 0));
	OK(sendmmsg(a, messages(), 2, 0));
	OK(sendfile(a, text, &(off_t){0}, 4));
	OK(sendfile64(a, text, &(off64_t){1}, 3));
	OK(splice(from, NULL, a, NULL, 2, 0));
	OK(syscall(SYS_write, a, buf, 4));
	OK(dprintf(a, "%d", 12));
}

static int ended(pid_t pid)
{
	if (!pid)
		_exit(0);
	return child_status(pid);
}

static fd_set *only(int fd)
{
	static fd_set set;

	FD_ZERO(&set);
	FD_SET(fd, &set);
	return &set;
}

/* A file cannot be added: then there is nothing to be ready, nor an error. */
static int ready(int fd)
{
	static int set = -1;
	struct epoll_event e = {.events = EPOLLIN};
	int err = errno;

	close(set);
	set = epoll_create1(0);
	epoll_ctl(set, EPOLL_CTL_ADD, fd, &e);
	errno = err;
	return set;
}

static void waiting(void)
{
	struct epoll_event e;

	OK(poll(&(struct pollfd){b, POLLIN, 0}, 1, 0));
	OK(poll(NULL, 0, 1));
	OK(__poll(&(struct pollfd){b, POLLIN, 0}, 1, -1));
	OK(__poll_chk(&(struct pollfd){b, POLLIN, 0}, 1, 0, sizeof(struct pollfd)));
	OK(ppoll(&(struct pollfd){b, POLLIN, 0}, 1, &(struct timespec){0, 1}, NULL));
	OK(__ppoll_chk(&(struct pollfd){b, POLLIN, 0}, 1, NULL, NULL, sizeof(struct pollfd)));
	OK(select(b + 1, only(b), NULL, NULL, NULL));
	OK(__select(b + 1, NULL, NULL, only(b), &(struct timeval){0, 1}));
	OK(pselect(b + 1, only(b), NULL, NULL, &(struct timespec){0, 1}, NULL));
	OK(epoll_wait(ready(b), &e, 1, 0));
	OK(epoll_pwait(ready(b), &e, 1, 1, NULL));
	OK(epoll_pwait2(ready(b), &e, 1, &(struct timespec){0, 1}, NULL));
	OK(ended(fork()));
	OK(ended(__fork()));
}

static void asking(void)
{
	OK(getsockopt(b, SOL_SOCKET, SO_TYPE, &value, (len = sizeof(value), &len)));
	OK(getsockopt(b, SOL_SOCKET, SO_ERROR, &value, (len = sizeof(value), &len)));
	OK(setsockopt(b, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int)));
	OK(setsockopt(b, IPPROTO_TCP, TCP_KEEPIDLE, &(int){9}, sizeof(int)));
	OK(setsockopt(b, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)));
	OK(fcntl(b, F_GETFL));
	OK(fcntl64(b, F_SETFL, O_NONBLOCK));
	OK(__fcntl(b, F_GETFD));
	OK(sockatmark(b));
}

static void ending(void)
{
	OK(close(b));
	OK(__close(a));
	OK(close_range(b, b, 0));
	OK(close_range(a, a, CLOSE_RANGE_CLOEXEC));
	OK(syscall(SYS_close, b));
	OK(shutdown(b, SHUT_WR));
	OK(shutdown(a, SHUT_RDWR));
	OK(dup2(b, a));
	OK(__dup2(a, b));
	OK(dup2(text, a));
	OK(dup3(text, b, O_CLOEXEC));
	OK(close(dup(b)));
	OK(close(fcntl(a, F_DUPFD_CLOEXEC, 10)));
	OK(fclose(fdopen(b, "r")));
	OK(_IO_fclose(fdopen(a, "w")));
}

/* Calls that make descriptors, and other ones of ours. */
static void making(void)
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	int pair[2];

	OK(close(socket(AF_INET, SOCK_STREAM, 0)));
	OK(close(socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0)));
	OK(close(socket(AF_UNIX, SOCK_DGRAM, 0)));
	OK((socketpair(AF_UNIX, SOCK_STREAM, 0, pair), close(pair[0]), close(pair[1])));
	OK(sigaction(SIGPIPE, &action, NULL));
	OK(sigaction(SIGPIPE, NULL, &action));
	OK(signal(SIGPIPE, SIG_DFL) == SIG_ERR ? -1 : 0);
}

static void making_connections(void)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	int listener = socket(AF_INET, SOCK_STREAM, 0), client, i;

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	sure(bind(listener, (struct sockaddr *)&in, sizeof(in)) == 0, "bind");
	DO(listen(listener, 5));
	len = sizeof(in);
	DO(getsockname(listener, (struct sockaddr *)&in, &len));
	for (i = 0; i < 4; i++) {
		client = socket(AF_INET, SOCK_STREAM, 0);
		if (i % 2)
			DO(connect(client, (struct sockaddr *)&in, sizeof(in)));
		else
			DO(__connect(client, (struct sockaddr *)&in, sizeof(in)));
		if (i == 1)
			DO(unseen_syscall(SYS_dup2, listener, 300, 0, 0, 0, 0));
		len = sizeof(address);
		DO(close(i < 2 ? accept(i ? 300 : listener, (void *)&address, &len)
			       : accept4(listener, NULL, NULL, SOCK_CLOEXEC)));
		DO(close(client));
	}
	close(300);
	close(listener);
}

int torture(const char *variant)
{
	how = variant;
	for (size_t k = 0; k < COUNT(KINDS); k++) {
		kind = KINDS[k];
		receiving();
		sending();
		asking();
		waiting();
		ending();
		say("%s: %ld succeeded", kind, succeeded);
	}
	making();
	making_connections();
	return 0;
}
