/* SPDX-License-Identifier: MIT */
/* See supervise.h. */
#include "supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "util.h"

/* Ours and nobody else's: what a fault of our own brings, and what a write of ours may bring. */
static const int not_taken[] = {
	SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGPIPE, SIGXFSZ};
static const int endings[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

void supervise_stdio(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0) /* the lowest one that is free is this one */
			open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static bool was_ignored(const struct supervise *s, int sig)
{
	return sigismember(&s->ignored, sig) == 1;
}

static void note_ignored(struct supervise *s)
{
	struct sigaction is;

	sigemptyset(&s->ignored);
	for (int sig = 1; sig < NSIG; sig++)
		if (!sigaction(sig, NULL, &is) && is.sa_handler == SIG_IGN)
			sigaddset(&s->ignored, sig);
}

void supervise_nothing(struct supervise *s)
{
	*s = (struct supervise){.ended = true};
	note_ignored(s);
	sigemptyset(&s->taken);
	for (size_t i = 0; i < ARRAY_SIZE(endings); i++)
		sigaddset(&s->taken, endings[i]);
	sigprocmask(SIG_BLOCK, &s->taken, &s->mask);
}

/* With SIGCHLD ignored there would be no exit status. */
static void block(struct supervise *s)
{
	note_ignored(s);
	sigfillset(&s->taken);
	for (size_t i = 0; i < ARRAY_SIZE(not_taken); i++)
		sigdelset(&s->taken, not_taken[i]);
	sigprocmask(SIG_BLOCK, &s->taken, &s->mask);
	signal(SIGCHLD, SIG_DFL);
}

/* In the child.  Whoever wanted us to die with our parent wants it of the program. */
static void become(
	const struct supervise *s, const struct program *t, char **argv, int report, int death)
{
	int err;

	if (death)
		prctl(PR_SET_PDEATHSIG, death);
	if (was_ignored(s, SIGCHLD))
		signal(SIGCHLD, SIG_IGN);
	sigprocmask(SIG_SETMASK, &s->mask, NULL);
	err = program_exec(t, argv);
	while (write(report, &err, sizeof(err)) < 0 && errno == EINTR)
		;
	_exit(STATUS_CANNOT);
}

/* The errno that the child reports, or 0 when exec has closed its end. */
static int reported(int report)
{
	int err = 0;
	ssize_t n;

	do
		n = read(report, &err, sizeof(err));
	while (n < 0 && errno == EINTR);
	return n == sizeof(err) ? err : 0;
}

int supervise_start(struct supervise *s, const struct program *t, char **argv)
{
	int report[2], err, death = 0;

	*s = (struct supervise){0};
	if (pipe2(report, O_CLOEXEC))
		return errno;
	block(s);
	prctl(PR_GET_PDEATHSIG, &death); /* forgotten by fork(2) */
	s->pid = fork();
	err = s->pid < 0 ? errno : 0;
	if (!s->pid)
		become(s, t, argv, report[1], death);
	close(report[1]);
	err = err ? err : reported(report[0]);
	close(report[0]);
	if (!err) {
		signal(SIGPIPE, SIG_IGN); /* our output may end, the program goes on */
		signal(SIGXFSZ, SIG_IGN);
		return 0;
	}
	if (s->pid > 0)
		waitpid(s->pid, NULL, 0);
	sigprocmask(SIG_SETMASK, &s->mask, NULL);
	return err;
}

/*
 * The program has stopped.  What the terminal made it do, our shell must see of us; it continues us
 * both.  Somebody else's SIGSTOP is between the two of them: he may continue the program alone, and
 * we would never know.
 */
static void stopped(struct supervise *s, int sig)
{
	s->stopped = true;
	if (sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU || s->stop_typed)
		raise(SIGSTOP);
}

static void look(struct supervise *s)
{
	int status;

	while (!s->ended && s->pid > 0 &&
		waitpid(s->pid, &status, WNOHANG | WUNTRACED | WCONTINUED) == s->pid) {
		if (WIFSTOPPED(status)) {
			stopped(s, WSTOPSIG(status));
		} else if (WIFCONTINUED(status)) {
			s->stopped = false;
		} else {
			s->status = status;
			s->ended = true;
		}
	}
}

/*
 * Sent to us, by kill(2) or by an alarm set before execve(2) made us: then it is meant for the
 * program.  What the kernel sends on behalf of a terminal, it sends to the program as well, but for
 * a hangup: of that it tells the leader of the session, who is us where the program would have
 * been.
 */
static bool is_for_program(const struct supervise *s, const siginfo_t *info)
{
	int sig = info->si_signo;

	if (info->si_code > 0)
		return sig == SIGALRM || sig == SIGVTALRM || sig == SIGPROF ||
		       (sig == SIGHUP && getsid(0) == getpid());
	return info->si_pid != s->pid;
}

static void pass(struct supervise *s, const siginfo_t *info)
{
	int sig = info->si_signo;

	if (sig == SIGTSTP && info->si_code > 0)
		s->stop_typed = true;
	if (sig == SIGCONT) {
		s->stop_typed = false;
		look(s); /* it may have been continued by the same kill(2) */
		if (s->stopped && !s->ended)
			kill(s->pid, SIGCONT);
	} else if (is_for_program(s, info)) {
		kill(s->pid, sig);
	}
}

/* There is no program any more. */
static void take_alone(struct supervise *s, int sig)
{
	for (size_t i = 0; i < ARRAY_SIZE(endings); i++)
		s->asked += sig == endings[i] && !was_ignored(s, sig);
	if (sig == SIGTSTP)
		raise(SIGSTOP);
}

/* SIGCHLD is seen to last, though it comes before SIGTSTP: that tells why the program stopped. */
void supervise_wait(struct supervise *s, int timeout_ms)
{
	struct timespec wait = {timeout_ms / 1000, timeout_ms % 1000 * 1000000L};
	bool child = false;
	siginfo_t info;

	while (sigtimedwait(&s->taken, &info, &wait) > 0) {
		wait = (struct timespec){0, 0};
		if (info.si_signo == SIGCHLD)
			child = true;
		else if (s->ended)
			take_alone(s, info.si_signo);
		else
			pass(s, &info);
	}
	if (child)
		look(s);
}

int supervise_end(const struct supervise *s)
{
	const struct rlimit none = {0, 0};
	int sig = WTERMSIG(s->status);
	sigset_t only;

	if (!WIFSIGNALED(s->status))
		return WEXITSTATUS(s->status);
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
	signal(sig, SIG_DFL);
	sigemptyset(&only);
	sigaddset(&only, sig);
	sigprocmask(SIG_UNBLOCK, &only, NULL);
	raise(sig);
	return 128 + sig; /* process 1 of a namespace: nothing kills it */
}
