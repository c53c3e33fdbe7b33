/* SPDX-License-Identifier: MIT */
/* A bit of everything that a networked program does: what the scripts here run among other
 * libraries, under debuggers and in odd processes.  The argument "noview" leaves out the view.
 * part: of the scripts beside it
 */
#include "case.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/uio.h>

static int pipes_broken;

static void on_sigpipe(int sig)
{
	(void)sig;
	pipes_broken++;
}

static void talk(int end[2])
{
	char buf[16] = "", more[16] = "";
	struct iovec iov[2] = {{buf, 2}, {more, sizeof(more)}};
	struct msghdr msg = {.msg_iov = iov, .msg_iovlen = 2};

	DO(write(end[0], "one", 3));
	DO(read(end[1], buf, sizeof(buf)));
	DO(send(end[1], "three", 5, MSG_NOSIGNAL));
	DO(recv(end[0], buf, sizeof(buf), MSG_PEEK));
	DO(readv(end[0], iov, 2));
	say("%.2s%.3s", buf, more);
	DO(writev(end[0], (struct iovec[]){{"a", 1}, {"bc", 2}}, 2));
	DO(recvmsg(end[1], &msg, MSG_DONTWAIT));
	DO(sendto(end[1], "x", 1, 0, NULL, 0));
	DO(recvfrom(end[0], buf, sizeof(buf), 0, NULL, NULL));
	DO(recv(end[0], buf, sizeof(buf), MSG_DONTWAIT));
	DO(shutdown(end[0], SHUT_WR));
	DO(recv(end[1], buf, sizeof(buf), 0));
	DO(close(end[0]));
	DO(close(end[1]));
	DO(close(end[1]));
}

static void watch(void)
{
	struct epoll_event event = {.events = EPOLLIN, .data = {.u32 = 7}}, got;
	int end[2], other, epoll = epoll_create1(EPOLL_CLOEXEC);
	fd_set set;

	tcp_pair(end);
	DO(epoll_ctl(epoll, EPOLL_CTL_ADD, end[1], &event));
	DO(epoll_wait(epoll, &got, 1, 0));
	DO(write(end[0], "x", 1));
	DO(epoll_wait(epoll, &got, 1, 10000));
	FD_ZERO(&set);
	FD_SET(end[1], &set);
	DO(select(end[1] + 1, &set, NULL, NULL, NULL));
	other = dup(end[1]);
	DO(other == dup2(end[0], other));
	DO(fcntl(end[1], F_SETFL, O_NONBLOCK));
	DO(read(end[1], &got, 1));
	DO(read(end[1], &got, 1));
	sure(!close(end[0]) && !close(end[1]) && !close(other) && !close(epoll), "close");
}

/* Death by reset, and EPIPE with a handler of the program's own. */
static void die_and_write(void)
{
	int end[2];
	char c;

	signal(SIGPIPE, on_sigpipe);
	tcp_pair(end);
	reset(end, 0);
	DO(recv(end[1], &c, 1, 0));
	DO(write(end[1], "x", 1));
	DO(send(end[1], "x", 1, 0));
	DO(close(end[1]));
	say("SIGPIPE: %d times", pipes_broken);
	signal(SIGPIPE, SIG_DFL);
}

static void *echo(void *arg)
{
	char buf[512];
	ssize_t n;
	int fd = *(int *)arg;

	while ((n = recv(fd, buf, sizeof(buf), 0)) > 0)
		sure(send(fd, buf, n, 0) == n, "echo");
	return NULL;
}

static void talk_to_thread(void)
{
	char sent[512] = "", got[512];
	pthread_t thread;
	int end[2], i;

	tcp_pair(end);
	sure(pthread_create(&thread, NULL, echo, &end[1]) == 0, "pthread_create");
	for (i = 0; i < 200; i++)
		sure(write(end[0], sent, 512) == 512 && recv(end[0], got, 512, MSG_WAITALL) == 512,
			"talk_to_thread");
	DO(shutdown(end[0], SHUT_WR));
	DO(pthread_join(thread, NULL));
	sure(!close(end[0]) && !close(end[1]), "close");
}

/* A pipe's SIGPIPE kills, as it should, and a child that runs another program is as ever. */
static void children(void)
{
	char buf[32];
	int end[2];
	pid_t pid;

	sure(pipe(end) == 0 && close(end[0]) == 0, "pipe");
	pid = fork();
	if (pid == 0)
		_exit(write(end[1], "x", 1) == 1 ? 0 : 1);
	say("writer to a closed pipe: %d", child_status(pid));
	close(end[1]);
	DO(WEXITSTATUS(system("exit 3")));
	unix_pair(end);
	pid = fork();
	if (pid == 0) {
		dup2(end[1], 1);
		execl("/bin/echo", "echo", "from a child", NULL);
		_exit(127);
	}
	close(end[1]);
	say("echo: %d", child_status(pid));
	DO(recv(end[0], buf, sizeof(buf), 0));
	DO(recv(end[0], buf, sizeof(buf), 0));
	close(end[0]);
}

static void refused(void)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t len = sizeof(in);
	int bound = socket(AF_INET, SOCK_STREAM, 0), fd = socket(AF_INET, SOCK_STREAM, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	DO(bind(bound, (struct sockaddr *)&in, sizeof(in)));
	DO(getsockname(bound, (struct sockaddr *)&in, &len));
	DO(connect(fd, (struct sockaddr *)&in, sizeof(in)));
	DO(accept(bound, NULL, NULL));
	sure(!close(fd) && !close(bound), "close");
}

static void file(void)
{
	FILE *f = fopen("file", "w+");

	sure(f, "fopen");
	DO(fputs("line\n", f) > 0);
	DO(fflush(f));
	DO(fsync(fileno(f)));
	DO(write(fileno(f), "more\n", 5));
	DO(fclose(f));
}

int torture(const char *variant)
{
	int end[2];

	view_wanted = strcmp(variant, "noview") != 0;
	tcp_pair(end);
	DO(setsockopt(end[0], SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int)));
	DO(option(end[0], SOL_SOCKET, SO_KEEPALIVE));
	talk(end);
	unix_pair(end);
	talk(end);
	watch();
	die_and_write();
	talk_to_thread();
	children();
	refused();
	file();
	return 7;
}
