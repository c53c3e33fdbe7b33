/* SPDX-License-Identifier: MIT */
/*
 * What every case of tests/torture has.  A case is one hazard: GROUP/NAME.c, an ordinary program
 * that knows nothing of the shim.  tests/torture/run runs it bare, then under the shim with every
 * option that changes behaviour off, then with the hardened defaults; what it prints, how it ends
 * and what view.c sees of the process must be the same.  So a case prints no pid, port or time.
 *
 * Comments that the runner reads, each on a line of its own in the case's first comment:
 *   variants: a b c    each is a case GROUP/NAME-a …, and the argument of torture()
 *   cflags: -ldl       to build it with; -shared makes a library NAME.so
 *   needs: net         runs in a network of its own (tests/net: root there, lo and 10.77.0.1 up)
 *   needs: root        or a command's name: without it, it is skipped, saying so
 *   uses: early/lib    what else must be built for it, here early/lib.c
 *   part: of what      no case of its own, but used by others
 * A case may also be a script GROUP/NAME.sh, with the same comments: see case.bash.  No name has
 * a "-" in it.
 * GROUP/NAME.hardened (or NAME-VARIANT.hardened) is what is printed where an option of the
 * hardened defaults asks for something else than bare; "#" lines in it say which and why.
 */
#ifndef CASE_H
#define CASE_H

#include "victim.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* The case itself; its result is the exit status.  The main() in view.c calls it. */
int torture(const char *variant);

/* False: no view of the process is printed at the end (it could not be, or is not alike). */
extern bool view_wanted;

/* An errno that no call sets: a successful call must leave it, as libc does. */
#define ERRNO_KEPT ENOANO

/* Makes the call and prints its text, what it returned, and the errno that it left. */
#define DO(call) (errno = ERRNO_KEPT, done(#call, (long)(call)))

/* One line, at once; errno stays. */
static UNUSED __attribute__((format(printf, 1, 2))) void say(const char *format, ...)
{
	char line[1024];
	int err = errno, len;
	va_list args;

	va_start(args, format);
	len = vsnprintf(line, sizeof(line) - 1, format, args);
	va_end(args);
	len = len < (int)sizeof(line) - 1 ? len : (int)sizeof(line) - 2;
	line[len++] = '\n';
	unseen_syscall(SYS_write, 1, (long)line, len, 0, 0, 0);
	errno = err;
}

static UNUSED long done(const char *what, long ret)
{
	int err = errno;

	say("%s = %ld%s%s", what, ret, err == ERRNO_KEPT ? "" : " ",
		err == ERRNO_KEPT ? "" : errname(err));
	return ret;
}

static UNUSED void sure(bool ok, const char *what)
{
	if (!ok)
		die(what);
}

/* A connection over loopback: end[0] connected, end[1] was accepted. */
static UNUSED void tcp_pair(int end[2])
{
	char address[32];
	int listener = listen_any(address);

	end[0] = dial(address);
	end[1] = accept(listener, NULL, NULL);
	sure(end[1] >= 0 && close(listener) == 0, "tcp_pair");
}

/*
 * The address of a port of 127.0.0.1 where nobody answers, nor will: a socket that stays open has
 * it, as one that were merely free might be another program's by now.
 */
static UNUSED void nobody_at(int type, struct sockaddr_in *in)
{
	socklen_t len = sizeof(*in);
	int fd = socket(AF_INET, type, 0);

	*in = (struct sockaddr_in){.sin_family = AF_INET};
	in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	sure(fd >= 0 && bind(fd, (struct sockaddr *)in, len) == 0 &&
			getsockname(fd, (struct sockaddr *)in, &len) == 0,
		"nobody_at");
	/* A datagram socket answers whom it is connected to, here itself alone. */
	sure(type == SOCK_STREAM || connect(fd, (struct sockaddr *)in, len) == 0, "nobody_at");
}

static UNUSED void unix_pair(int end[2])
{
	sure(socketpair(AF_UNIX, SOCK_STREAM, 0, end) == 0, "socketpair");
}

/* Until one of these events, or an error, is there; 10 s at most. */
static UNUSED short await(int fd, short events)
{
	struct pollfd p = {.fd = fd, .events = events};

	sure(poll(&p, 1, 10000) == 1, "await");
	return p.revents;
}

/* Ends the connection by a reset, which has arrived at the other end when this returns. */
static UNUSED void reset(int end[2], int which)
{
	struct linger at_once = {1, 0};

	setsockopt(end[which], SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	sure(close(end[which]) == 0, "reset");
	end[which] = -1;
	await(end[!which], POLLIN);
}

/* The status of a child, as a shell tells it. */
static UNUSED int child_status(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		sure(errno == EINTR, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Until *flag is no less than value; 20 s at most. */
static UNUSED void await_flag(const volatile int *flag, int value)
{
	int64_t end = now_ms() + 20000;

	while (__atomic_load_n(flag, __ATOMIC_ACQUIRE) < value) {
		sure(now_ms() < end, "await_flag");
		usleep(200);
	}
}

/* Until that thread (by gettid()) sleeps in a system call of this number; 20 s at most. */
static UNUSED void await_blocked(pid_t tid, long nr)
{
	char path[64], text[32];
	int64_t end = now_ms() + 20000;
	FILE *f;
	long now;

	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", (int)tid);
	for (;; usleep(500)) {
		f = fopen(path, "re");
		sure(f, path);
		now = fgets(text, sizeof(text), f) && sscanf(text, "%ld", &now) == 1 ? now : -1;
		fclose(f);
		if (now == nr)
			return;
		sure(now_ms() < end, "await_blocked");
	}
}

#endif
