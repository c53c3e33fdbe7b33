/* SPDX-License-Identifier: MIT */
/* SIGSTOP and SIGCONT while a call waits: it goes on waiting or fails with EINTR, as the kernel
 * has it for that call (signal(7), "Interruption ... by stop signals").
 * variants: recv read accept recv_timeout send poll epoll cont_handler
 */
#include "child.h"

#include <sys/epoll.h>
#include <sys/prctl.h>

static char big[1 << 20];
static volatile int conts;

static void on_cont(int sig)
{
	(void)sig;
	conts++;
}

static int blocked_in_poll(int fd, bool by_epoll)
{
	struct epoll_event event = {.events = EPOLLIN};
	struct pollfd p = {.fd = fd, .events = POLLIN};
	int set = epoll_create1(0);

	epoll_ctl(set, EPOLL_CTL_ADD, fd, &event);
	return by_epoll ? DO(epoll_wait(set, &event, 1, -1)) : DO(poll(&p, 1, -1));
}

/* A send that has moved some bytes when it is stopped returns with these. */
static void send_all(int fd)
{
	size_t n = 0;
	ssize_t r;

	while (n < sizeof(big) && (r = send(fd, big + n, sizeof(big) - n, 0)) > 0)
		n += (size_t)r;
	say("sent %zu", n);
}

/* What the child waits in; then the byte that the parent sends last. */
static int wait_in(const char *variant, int fd, int listener)
{
	struct timeval limit = {15, 0};
	struct sigaction a = {.sa_handler = on_cont};
	char c;

	if (!strcmp(variant, "recv_timeout"))
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (!strcmp(variant, "cont_handler"))
		sigaction(SIGCONT, &a, NULL);
	if (!strcmp(variant, "read"))
		DO(read(fd, &c, 1));
	else if (!strcmp(variant, "accept"))
		DO(accept(listener, NULL, NULL) >= 0);
	else if (!strcmp(variant, "poll") || !strcmp(variant, "epoll"))
		blocked_in_poll(fd, *variant == 'e');
	else if (!strcmp(variant, "send"))
		send_all(fd);
	else
		DO(recv(fd, &c, 1, 0));
	if (conts)
		say("handled %d", conts);
	return 0;
}

static long call_of(const char *variant)
{
	return !strcmp(variant, "read")     ? SYS_read
	       : !strcmp(variant, "accept") ? SYS_accept
	       : !strcmp(variant, "poll")   ? SYS_poll
	       : !strcmp(variant, "epoll")  ? SYS_epoll_wait
	       : !strcmp(variant, "send")   ? SYS_sendto
					    : SYS_recvfrom;
}

/* How often it has gone to sleep, or stopped. */
static long sleeps(pid_t pid)
{
	static const char key[] = "voluntary_ctxt_switches:";
	char path[64], line[256];
	long n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	sure(f, path);
	while (fgets(line, sizeof(line), f))
		if (!strncmp(line, key, strlen(key)))
			n = atol(line + strlen(key));
	fclose(f);
	return n;
}

/* Until the child sleeps in that call, for the so-manieth time; false if it has ended. */
static bool waits(pid_t pid, long nr, long since)
{
	char path[64], text[64];
	int64_t end = now_ms() + 10000;
	long slept = -1, now = -1;
	FILE *f;

	/* poll() goes on as restart_syscall().  The sleeps are counted first: they only grow. */
	snprintf(path, sizeof(path), "/proc/%d/syscall", (int)pid);
	while (slept < since || (now != nr && (nr != SYS_poll || now != SYS_restart_syscall))) {
		siginfo_t info = {0};

		if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
			info.si_pid)
			return false;
		slept = sleeps(pid);
		f = fopen(path, "re");
		sure(f && now_ms() < end, "waits");
		now = fgets(text, sizeof(text), f) && sscanf(text, "%ld", &now) == 1 ? now : -1;
		fclose(f);
		usleep(500);
	}
	return true;
}

/*
 * It is to be stopped in the call, not on its way there.  Returns how often it has slept when it
 * does so again: once for the stop, once after it.
 */
static long stop_and_go(pid_t pid)
{
	long before = sleeps(pid);
	int status;

	kill(pid, SIGSTOP);
	sure(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status), "stopped");
	/* It says so before it goes to sleep; continued by then, it would never do that. */
	for (int tries = 0; sleeps(pid) == before; tries++)
		sure(tries < 20000 && usleep(500) == 0, "stops");
	kill(pid, SIGCONT);
	return before + 2;
}

static void drain(int fd)
{
	size_t n = 0;
	ssize_t r;

	while (n < sizeof(big) && (r = recv(fd, big, sizeof(big), 0)) > 0)
		n += (size_t)r;
	sure(n == sizeof(big), "drain");
}

int torture(const char *variant)
{
	char address[32];
	int end[2], times = 0, listener = listen_any(address);
	long since = 0;
	pid_t pid;

	tcp_pair(end);
	setsockopt(end[0], SOL_SOCKET, SO_SNDBUF, &(int){65536}, sizeof(int));
	setsockopt(end[1], SOL_SOCKET, SO_RCVBUF, &(int){65536}, sizeof(int));
	pid = fork();
	if (pid == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0)
		_exit(wait_in(variant, end[0], listener));
	for (; times < 3 && waits(pid, call_of(variant), since); times++)
		since = stop_and_go(pid);
	say("stopped %d times", times);
	if (waits(pid, call_of(variant), since)) {
		if (!strcmp(variant, "accept"))
			close(dial(address));
		else if (!strcmp(variant, "send"))
			drain(end[1]);
		else
			sure(write(end[1], "x", 1) == 1, "write");
	}
	say("status %d", child_status(pid));
	return 0;
}
