/* SPDX-License-Identifier: MIT */
/*
 * calls OP[=ARG]…: makes these libc calls one after the other on one current descriptor and says
 * what each returned: "recv ret=-1 errno=ETIMEDOUT ms=7012".  An ordinary program otherwise: it
 * goes on after an error, and ends with 0.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "victim.h"

static int fd = -1;
static char buffer[1 << 20];

static size_t number(const char *arg, size_t otherwise)
{
	return *arg ? strtoul(arg, NULL, 0) : otherwise;
}

static long op_connect(const char *arg)
{
	struct sockaddr_storage address;
	socklen_t len = parse_address(arg, &address);

	if (fd < 0)
		fd = socket(address.ss_family, SOCK_STREAM, 0);
	return connect(fd, (struct sockaddr *)&address, len);
}

static long op_socket(const char *arg)
{
	int flags = strstr(arg, "nonblock") ? SOCK_NONBLOCK : 0;

	flags |= strstr(arg, "cloexec") ? SOCK_CLOEXEC : 0;
	return fd = socket(strstr(arg, "inet6") ? AF_INET6 : AF_INET, SOCK_STREAM | flags, 0);
}

static long op_use(const char *arg)
{
	return fd = number(arg, 0);
}

static long op_block(const char *arg)
{
	int flags = fcntl(fd, F_GETFL);

	return fcntl(fd, F_SETFL, *arg == '0' ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
}

static long op_recv(const char *arg)
{
	return recv(fd, buffer, number(arg, 4096), 0);
}

static long op_recvall(const char *arg)
{
	return recv(fd, buffer, number(arg, 4096), MSG_WAITALL);
}

static long op_dontwait(const char *arg)
{
	return recv(fd, buffer, number(arg, 4096), MSG_DONTWAIT);
}

static long op_read(const char *arg)
{
	return read(fd, buffer, number(arg, 4096));
}

static long op_readv(const char *arg)
{
	struct iovec iov = {buffer, number(arg, 4096)};

	return readv(fd, &iov, 1);
}

static long op_recvfrom(const char *arg)
{
	return recvfrom(fd, buffer, number(arg, 4096), 0, NULL, NULL);
}

static long op_recvmsg(const char *arg)
{
	struct iovec iov = {buffer, number(arg, 4096)};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};

	return recvmsg(fd, &m, 0);
}

static long op_write(const char *arg)
{
	return write(fd, buffer, number(arg, 1));
}

static long op_send(const char *arg)
{
	return send(fd, buffer, number(arg, 1), 0);
}

static long op_text(const char *arg)
{
	return write(fd, arg, strlen(arg));
}

/* Writes until it fails; ret is the sum, and errno that of the failed call. */
static long op_bulk(const char *arg)
{
	long sum = 0, n;

	while ((n = write(fd, buffer, number(arg, 65536))) > 0)
		sum += n;
	return errno ? -1 : sum;
}

/* Fills the send buffer, so that the next blocking write must wait. */
static long op_fill(const char *arg)
{
	long sum = 0, n;

	for (int quiet = 0; quiet < 50; quiet++) {
		while ((n = send(fd, buffer, sum ? 1000 : 65536, MSG_DONTWAIT)) > 0) {
			sum += n;
			quiet = 0;
		}
		usleep(10000);
	}
	errno = 0;
	return sum;
}

static long op_poll(const char *arg)
{
	struct pollfd p = {fd, POLLIN, 0};

	if (strstr(arg, "out"))
		p.events = POLLOUT;
	return poll(&p, 1, strchr(arg, ',') ? atoi(strchr(arg, ',') + 1) : 60000);
}

static long op_soerror(const char *arg)
{
	errno = option(fd, SOL_SOCKET, SO_ERROR);
	return errno ? -1 : 0;
}

static long op_shutdown(const char *arg)
{
	return shutdown(fd, *arg == 'w' ? SHUT_WR : *arg == 'r' ? SHUT_RD : SHUT_RDWR);
}

static long op_close(const char *arg)
{
	int old = fd;

	fd = -1;
	return close(old);
}

/* A line on standard input: the test says when. */
static long op_wait(const char *arg)
{
	char c = 0;

	while (read(0, &c, 1) == 1 && c != '\n')
		;
	return c == '\n';
}

static long op_sleep(const char *arg)
{
	return usleep(number(arg, 1) * 1000);
}

static long op_sockopts(const char *arg)
{
	print_sockopts("sockopts", fd);
	return 0;
}

static long set(int level, int name, const char *arg)
{
	int value = number(arg, 1);

	return setsockopt(fd, level, name, &value, sizeof(value));
}

static long op_keepalive(const char *arg)
{
	return set(SOL_SOCKET, SO_KEEPALIVE, arg);
}

static long op_idle(const char *arg)
{
	return set(IPPROTO_TCP, TCP_KEEPIDLE, arg);
}

static long op_usertimeout(const char *arg)
{
	return set(IPPROTO_TCP, TCP_USER_TIMEOUT, arg);
}

static long op_nodelay(const char *arg)
{
	return set(IPPROTO_TCP, TCP_NODELAY, arg);
}

static void on_alarm(int sig)
{
}

/* alarm=MS[,restart]: a handler runs in MS. */
static long op_alarm(const char *arg)
{
	struct sigaction sa = {.sa_handler = on_alarm};
	struct itimerval t = {{0, 0}, {number(arg, 1) / 1000, number(arg, 1) % 1000 * 1000}};

	sa.sa_flags = strstr(arg, "restart") ? SA_RESTART : 0;
	sigaction(SIGALRM, &sa, NULL);
	return setitimer(ITIMER_REAL, &t, NULL);
}

#include "calls_ends.h"
#include "calls_rare.h"
#include "calls_ready.h"

static const struct {
	const char *name;
	long (*run)(const char *arg);
} op[] = {
	{"connect", op_connect},
	{"socket", op_socket},
	{"use", op_use},
	{"block", op_block},
	{"recv", op_recv},
	{"recvall", op_recvall},
	{"dontwait", op_dontwait},
	{"read", op_read},
	{"readv", op_readv},
	{"recvfrom", op_recvfrom},
	{"recvmsg", op_recvmsg},
	{"write", op_write},
	{"send", op_send},
	{"text", op_text},
	{"bulk", op_bulk},
	{"fill", op_fill},
	{"poll", op_poll},
	{"soerror", op_soerror},
	{"shutdown", op_shutdown},
	{"close", op_close},
	{"wait", op_wait},
	{"sleep", op_sleep},
	{"sockopts", op_sockopts},
	{"keepalive", op_keepalive},
	{"idle", op_idle},
	{"usertimeout", op_usertimeout},
	{"nodelay", op_nodelay},
	{"alarm", op_alarm},
	CALLS_ENDS,
	CALLS_RARE,
	CALLS_READY,
};

static void perform(char *text)
{
	char *arg = strchr(text, '=');
	int64_t begin = now_ms();
	long ret;

	if (arg)
		*arg++ = 0;
	for (size_t i = 0; i < sizeof(op) / sizeof(op[0]); i++) {
		if (strcmp(op[i].name, text))
			continue;
		errno = 0;
		ret = op[i].run(arg ?: "");
		printf("%s ret=%ld errno=%s ms=%lld\n", text, ret, errname(errno),
			(long long)(now_ms() - begin));
		fflush(stdout);
		return;
	}
	fprintf(stderr, "calls: no such op: %s\n", text);
	exit(2);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		perform(argv[i]);
	return 0;
}
