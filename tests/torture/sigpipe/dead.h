/* SPDX-License-Identifier: MIT */
/* What the cases here share: descriptors whose reader is gone, and what a handler was told. */
#ifndef DEAD_H
#define DEAD_H

#include "case.h"

#include <fcntl.h>
#include <sys/stat.h>

static const char *const KINDS[] = {"tcp", "unix", "seqpacket", "pipe", "fifo"};
static const char *const PIPES[] = {"pipe", "fifo"};

#define COUNT(list) (sizeof(list) / sizeof(*(list)))

/* The peer has sent a reset, and the ECONNRESET is read away. */
static UNUSED int dead_tcp(void)
{
	int end[2];
	char c;

	tcp_pair(end);
	reset(end, 1);
	sure(recv(end[0], &c, 1, 0) < 0 && errno == ECONNRESET, "no reset");
	return end[0];
}

static UNUSED int dead_fifo(void)
{
	int reader, writer;

	sure(mkfifo("fifo", 0600) == 0, "mkfifo");
	reader = open("fifo", O_RDONLY | O_NONBLOCK);
	writer = open("fifo", O_WRONLY);
	sure(reader >= 0 && writer >= 0 && unlink("fifo") == 0 && close(reader) == 0, "fifo");
	return writer;
}

/* A descriptor of this kind, to which each write fails with EPIPE and raises SIGPIPE. */
static UNUSED int dead(const char *kind)
{
	int end[2];

	if (!strcmp(kind, "tcp"))
		return dead_tcp();
	if (!strcmp(kind, "fifo"))
		return dead_fifo();
	if (!strcmp(kind, "pipe"))
		sure(pipe(end) == 0, "pipe");
	else
		sure(socketpair(AF_UNIX, strcmp(kind, "unix") ? SOCK_SEQPACKET : SOCK_STREAM, 0,
			     end) == 0,
			"socketpair");
	sure(close(end[0]) == 0, "close");
	return end[1];
}

/* What the last SIGPIPE came with. */
static struct caught {
	volatile sig_atomic_t times;
	int code, err;
	bool from_self, own_user, blocked, on_altstack;
} caught;

static UNUSED void on_sigpipe(int sig)
{
	caught.times++;
}

static UNUSED void on_siginfo(int sig, siginfo_t *info, void *context)
{
	stack_t stack;
	sigset_t now;

	caught.times++;
	caught.code = info->si_code;
	caught.err = info->si_errno;
	caught.from_self = info->si_signo == sig && info->si_pid == getpid();
	caught.own_user = info->si_uid == getuid();
	pthread_sigmask(SIG_BLOCK, NULL, &now);
	caught.blocked = sigismember(&now, SIGPIPE);
	sigaltstack(NULL, &stack);
	caught.on_altstack = stack.ss_flags & SS_ONSTACK;
}

/* What the handlers above were told since the last time. */
static UNUSED void say_caught(const char *what)
{
	say("%s: %d signals, code %d, errno %d, self %d, user %d, blocked %d, altstack %d", what,
		caught.times, caught.code, caught.err, caught.from_self, caught.own_user,
		caught.blocked, caught.on_altstack);
	caught = (struct caught){0};
}

static UNUSED const char *handler_is(void (*handler)(int))
{
	return handler == SIG_DFL              ? "SIG_DFL"
	       : handler == SIG_IGN            ? "SIG_IGN"
	       : handler == SIG_ERR            ? "SIG_ERR"
	       : handler == SIG_HOLD           ? "SIG_HOLD"
	       : handler == on_sigpipe         ? "on_sigpipe"
	       : (void *)handler == on_siginfo ? "on_siginfo"
					       : "not ours";
}

static UNUSED void say_action(const char *what, const struct sigaction *a)
{
	unsigned long mask = 0;
	int sig;

	for (sig = 1; sig < 64; sig++)
		mask |= (unsigned long)(sigismember(&a->sa_mask, sig) == 1) << (sig - 1);
	say("%s: %s flags=%x mask=%lx restorer=%d", what, handler_is(a->sa_handler), a->sa_flags,
		mask, a->sa_restorer != NULL);
}

/* What sigaction() shows now. */
static UNUSED void say_shown(const char *what)
{
	struct sigaction a;

	memset(&a, 0x55, sizeof(a));
	sure(sigaction(SIGPIPE, NULL, &a) == 0, "sigaction");
	say_action(what, &a);
}

static UNUSED void set_action(void (*handler)(int), int flags)
{
	struct sigaction a = {.sa_handler = handler, .sa_flags = flags};

	sure(sigaction(SIGPIPE, &a, NULL) == 0, "sigaction");
}

static UNUSED void set_siginfo(int flags)
{
	set_action((void (*)(int))(void *)on_siginfo, flags | SA_SIGINFO);
}

/* Blocks or unblocks it in this thread. */
static UNUSED void mask_sigpipe(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	sure(pthread_sigmask(how, &set, NULL) == 0, "sigmask");
}

/* Is it pending, for this thread and for the process?  -1: cannot be read. */
static UNUSED void say_pending(const char *what)
{
	FILE *f = fopen("/proc/thread-self/status", "re");
	unsigned long own = 0, shared = 0;
	char line[256];
	sigset_t set;

	while (f && fgets(line, sizeof(line), f)) {
		sscanf(line, "SigPnd: %lx", &own);
		sscanf(line, "ShdPnd: %lx", &shared);
	}
	sure(f && fclose(f) == 0 && sigpending(&set) == 0, "status");
	say("%s: pending %d, of the thread %lx, of the process %lx", what,
		sigismember(&set, SIGPIPE), own, shared);
}

#endif
