/* SPDX-License-Identifier: MIT */
/* A blocked SIGPIPE waits for the program, once, in the thread that wrote; whatever the program
 * then does with it: looks, takes it by sigtimedwait, sigwait or signalfd, or unblocks a handler.
 * variants: default ignored handler
 */
#include "ways.h"

#include <sys/signalfd.h>

static sigset_t only;

static void by_sigtimedwait(void)
{
	struct timespec at_once = {0, 0};
	siginfo_t info = {0};

	say("sigtimedwait = %d: code %d, errno %d, self %d, user %d",
		sigtimedwait(&only, &info, &at_once), info.si_code, info.si_errno,
		info.si_pid == getpid(), info.si_uid == getuid());
}

static void by_sigwait(void)
{
	sigset_t pending;
	int sig = 0;

	sure(sigpending(&pending) == 0, "sigpending");
	if (sigismember(&pending, SIGPIPE))
		say("sigwait = %d: %d", sigwait(&only, &sig), sig);
}

static void by_signalfd(void)
{
	int fd = signalfd(-1, &only, SFD_NONBLOCK | SFD_CLOEXEC);
	struct signalfd_siginfo info = {0};

	DO(read(fd, &info, sizeof(info)));
	say("signalfd: signal %u, code %d, errno %d, self %d, user %d, fd %d", info.ssi_signo,
		info.ssi_code, info.ssi_errno, info.ssi_pid == (uint32_t)getpid(),
		info.ssi_uid == getuid(), info.ssi_fd);
	DO(read(fd, &info, sizeof(info)));
	DO(close(fd));
}

/* Only where it does not kill. */
static void by_unblocking(void)
{
	struct sigaction a;
	sigset_t none;

	sure(sigaction(SIGPIPE, NULL, &a) == 0, "sigaction");
	if (a.sa_handler == SIG_DFL) {
		by_sigtimedwait();
		return;
	}
	sigemptyset(&none);
	DO(ppoll(NULL, 0, &(struct timespec){0, 0}, &none));
	mask_sigpipe(SIG_UNBLOCK);
	say_caught("unblocked");
	mask_sigpipe(SIG_BLOCK);
}

static void one_kind(const char *kind)
{
	static void (*const take[])(void) = {
		by_sigtimedwait, by_sigwait, by_signalfd, by_unblocking};
	int fd = dead(kind);

	for (size_t w = 0; w < COUNT(WAYS); w++) {
		write_by(&WAYS[w], kind, fd);
		say_pending("once");
		write_by(&WAYS[w], kind, fd);
		take[w % 4]();
		say_pending("taken");
	}
	DO(close(fd));
}

/* Unblocked at last, it kills a program with the default disposition. */
static void kills_in_the_end(const char *kind, const struct way *way)
{
	pid_t pid = fork();

	sure(pid >= 0, "fork");
	if (!pid) {
		write_by(way, kind, dead(kind));
		mask_sigpipe(SIG_UNBLOCK);
		_exit(0);
	}
	say("%s, %s, then unblocked: %d", kind, way->name, child_status(pid));
}

int torture(const char *variant)
{
	if (*variant == 'i')
		set_action(SIG_IGN, 0);
	if (*variant == 'h')
		set_siginfo(0);
	sigemptyset(&only);
	sigaddset(&only, SIGPIPE);
	mask_sigpipe(SIG_BLOCK);
	for (size_t k = 0; k < COUNT(KINDS); k++) {
		one_kind(KINDS[k]);
		if (*variant == 'd')
			for (size_t w = 0; w < COUNT(WAYS); w++)
				kills_in_the_end(KINDS[k], &WAYS[w]);
	}
	return 0;
}
