/* SPDX-License-Identifier: MIT */
/*
 * sandboxed HOW: what sshd's preauth child does (R9).  It opens connections, then lets the kernel
 * kill it for any system call but a few, and goes on with what it has: reads, writes, a reset, a
 * peer that is gone, close.  HOW: prctl, syscall (both install the filter), none.  "getsockopt"
 * shows that the filter kills.  "fastopen": allows three calls, and connects by sendmsg().
 */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "victim.h"

#define ALLOW(nr)                                            \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##nr, 0, 1), \
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static struct sock_filter filter[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)), ALLOW(brk),
	ALLOW(clock_gettime), ALLOW(close), ALLOW(exit), ALLOW(exit_group), ALLOW(futex),
	ALLOW(getpid), ALLOW(getrandom), ALLOW(gettimeofday), ALLOW(madvise), ALLOW(mmap),
	ALLOW(mprotect), ALLOW(mremap), ALLOW(munmap), ALLOW(nanosleep), ALLOW(clock_nanosleep),
	ALLOW(poll), ALLOW(ppoll), ALLOW(pselect6), ALLOW(read), ALLOW(rt_sigprocmask),
	ALLOW(select), ALLOW(shutdown), ALLOW(time), ALLOW(write), ALLOW(rt_sigreturn),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)};

static struct sock_filter sending[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)), ALLOW(sendmsg),
	ALLOW(write), ALLOW(exit_group), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)};

/* A connect() that sendmsg() makes: is the call alone, whatever is seen of the address? */
static void fast_open(const char *address)
{
	struct sock_fprog prog = {sizeof(sending) / sizeof(sending[0]), sending};
	struct sockaddr_storage to;
	struct iovec iov = {"x", 1};
	struct msghdr m = {.msg_name = &to, .msg_iov = &iov, .msg_iovlen = 1};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	m.msg_namelen = parse_address(address, &to);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) < 0)
		die("seccomp");
	if (sendmsg(fd, &m, MSG_FASTOPEN) != 1 || write(1, "alive\n", 6) != 6)
		_exit(9);
	_exit(0);
}

static void enter(const char *how)
{
	struct sock_fprog prog = {sizeof(filter) / sizeof(filter[0]), filter};
	long ret = 0;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		die("prctl");
	if (!strcmp(how, "syscall"))
		ret = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog);
	else if (strcmp(how, "none"))
		ret = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog);
	if (ret < 0)
		die("seccomp");
}

int main(int argc, char **argv)
{
	int listener, client, server, pair[2];
	struct linger now = {1, 0};
	char text[32], c;
	const char *how = argc > 1 ? argv[1] : "prctl";

	signal(SIGPIPE, SIG_IGN);
	setvbuf(stdout, NULL, _IONBF, 0);
	listener = listen_any(text);
	if (!strcmp(how, "fastopen"))
		fast_open(text);
	client = dial(text);
	server = accept(listener, NULL, NULL);
	setsockopt(server, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		die("socketpair");
	enter(how);
	if (!strcmp(how, "getsockopt"))
		option(client, SOL_SOCKET, SO_TYPE);
	if (write(client, "x", 1) != 1 || read(server, &c, 1) != 1 || write(server, "y", 1) != 1)
		return 3;
	if (read(client, &c, 1) != 1)
		return 4;
	close(server);
	if (read(client, &c, 1) != -1 || errno != ECONNRESET)
		return 5;
	if (write(client, "x", 1) != -1 || errno != EPIPE)
		return 6;
	close(pair[0]);
	if (write(pair[1], "x", 1) != -1 || errno != EPIPE || read(pair[1], &c, 1) != 0)
		return 7;
	close(client);
	close(listener);
	if (write(1, "alive\n", 6) != 6)
		return 8;
	_exit(0);
}
