/* SPDX-License-Identifier: MIT */
/*
 * See sentinel_start.h.  `run` reads a pipe: the sentinel's process id when it is ready, or nothing
 * when it has ended, and then it has said on stderr why.  The pipe is descriptor READY_FD there.
 */
#include "sentinel_start.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "grab.h"
#include "sockdiag.h"
#include "util.h"

#define ARGUMENT "--started-by-run="

enum { READY_FD = 3, STACK = 65536, ARGUMENT_MAX = 512 };

struct start {
	int ready[2];
	char argument[ARGUMENT_MAX]; /* ARGUMENT PROBE,MARK,PROGRAM */
	char pid[16];
};

/* As a program of its own, not of CMD's: what CMD has inherited stays CMD's. */
static void let_go_of_caller(int ready)
{
	/* The kernel's struct: handler, flags, restorer, mask. */
	static const unsigned long by_default[4];
	sigset_t none;
	int null;

	setsid();
	/* By the system call: signal(3) knows nothing of 32 and 33, which make(1) hands on ignored.
	 */
	for (int sig = 1; sig < NSIG; sig++)
		syscall(SYS_rt_sigaction, sig, &by_default, NULL, NSIG / 8);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(ready, READY_FD);
	fcntl(READY_FD, F_SETFD, 0);
	close_range(READY_FD + 1, ~0U, 0);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	if (fcntl(STDERR_FILENO, F_GETFD) < 0)
		dup2(null, STDERR_FILENO);
	unsetenv("LD_PRELOAD");
	unsetenv(FAMILY_MARK);
}

/* By its path, so that it is called "peerless" in ps(1). */
static void become_watch(const struct start *s)
{
	char *argv[] = {"peerless", "watch", (char *)s->argument, (char *)s->pid, NULL};
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	path[len < 0 ? 0 : len] = 0;
	let_go_of_caller(s->ready[1]);
	if (!chdir("/"))
		execv(path, argv);
	execv("/proc/self/exe", argv); /* replaced by an upgrade */
	say("%s: %s", path, strerror(errno));
	_exit(STATUS_OURS);
}

/* Ends at once, so that its own child is nobody's here. */
static int between(void *start)
{
	if (!fork())
		become_watch(start);
	_exit(0);
}

/*
 * Without SIGCHLD: where CMD is started with that blocked, it would find one pending.  What glibc
 * knows of threads is right in a child without CLONE_VM.
 */
static void start_grandchild(struct start *s)
{
	static char stack[STACK] __attribute__((aligned(16)));
	pid_t pid = clone(between, stack + STACK, 0, s);

	if (pid < 0)
		die(STATUS_OURS, "--sentinel: nothing was started: clone: %s", strerror(errno));
	while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
		;
}

static pid_t read_pid(int ready)
{
	ssize_t n;
	pid_t pid;

	do
		n = read(ready, &pid, sizeof(pid));
	while (n < 0 && errno == EINTR);
	return n == sizeof(pid) ? pid : 0;
}

/* Not 0, 1 or 2, where our caller has closed those: what is said there must not come here. */
static void make_pipe(int ready[2])
{
	int low[2];

	if (pipe2(low, O_CLOEXEC))
		die(STATUS_OURS, "--sentinel: pipe: %s", strerror(errno));
	for (int i = 0; i < 2; i++) {
		ready[i] = fcntl(low[i], F_DUPFD_CLOEXEC, READY_FD);
		if (ready[i] < 0)
			die(STATUS_OURS, "--sentinel: pipe: %s", strerror(errno));
		close(low[i]);
	}
}

static void make_mark(char mark[FAMILY_MARK_MAX])
{
	uint64_t random;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		die(STATUS_OURS, "--sentinel: getrandom: %s", strerror(errno));
	snprintf(mark, FAMILY_MARK_MAX, "%016" PRIx64, random);
}

void sentinel_start(const char *program)
{
	char mark[FAMILY_MARK_MAX];
	struct start s;
	pid_t sentinel;

	make_pipe(s.ready);
	make_mark(mark);
	snprintf(s.argument, sizeof(s.argument), ARGUMENT "%d,%s,%s", s.ready[0], mark, program);
	snprintf(s.pid, sizeof(s.pid), "%d", (int)getpid());
	/* kernel.yama.ptrace_scope=1 lets only those at us whom we name; until we know its number,
	 * that is any.  It lasts over execve(2), and is refused where there is no Yama. */
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
	start_grandchild(&s);
	close(s.ready[1]);
	sentinel = read_pid(s.ready[0]);
	if (!sentinel)
		die(STATUS_OURS, "--sentinel: it did not start, so nothing was started");
	prctl(PR_SET_PTRACER, (unsigned long)sentinel);
	close(s.ready[0]);
	if (setenv(FAMILY_MARK, mark, 1))
		die(STATUS_OURS, "out of memory");
}

bool sentinel_start_take(struct sentinel_start *s, const char *arg)
{
	int at = 0;

	if (strncmp(arg, ARGUMENT, strlen(ARGUMENT)) != 0)
		return false;
	arg += strlen(ARGUMENT);
	if (sscanf(arg, "%d,%31[0-9a-f],%n", &s->probe, s->mark, &at) != 2 || !at)
		die(STATUS_USAGE, ARGUMENT "%s: only `peerless run --sentinel` says this", arg);
	s->program = arg + at;
	return true;
}

/* Is it allowed?  Later, with CMD started, it would be too late to say no. */
static void try_grab(const struct sentinel_start *s, const struct member *m)
{
	int fd = pidfd_getfd(m->pidfd, s->probe, 0);
	char why[256];

	if (fd >= 0) {
		close(fd);
		return;
	}
	if (errno == EPERM)
		grab_explain(m->pid, why, sizeof(why));
	else
		snprintf(why, sizeof(why), "pidfd_getfd: %s", strerror(errno));
	die(STATUS_OURS, "--sentinel: its connections cannot be reached: %s", why);
}

static bool wants_none(void *context, uint32_t inode)
{
	(void)context, (void)inode;
	return false;
}

static void try_dump(void)
{
	struct sockdiag *d = sockdiag_open(-1);
	int rc = d ? sockdiag_dump(d, wants_none, NULL, NULL) : -errno;

	if (rc)
		die(STATUS_OURS, "--sentinel: the kernel does not list its TCP sockets: %s",
			strerror(-rc));
	sockdiag_close(d);
}

/* Has it our stderr as its own?  True also where it cannot be known. */
static bool has_stderr(const struct member *m, const struct stat *ours)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/fd/2", (int)m->thread);
	if (stat(path, &st))
		return errno != ENOENT;
	return st.st_dev == ours->st_dev && st.st_ino == ours->st_ino;
}

void sentinel_start_follow(const struct family *f)
{
	const struct member *m = f->first;
	struct stat ours, nowhere;

	if (fstat(STDERR_FILENO, &ours) || fstat(STDOUT_FILENO, &nowhere) ||
		(ours.st_dev == nowhere.st_dev && ours.st_ino == nowhere.st_ino))
		return;
	while (m && !has_stderr(m, &ours))
		m = m->next;
	if (!m && f->first)
		dup2(STDOUT_FILENO, STDERR_FILENO);
}

void sentinel_start_ready(
	const struct sentinel_start *s, const struct family *f, bool logs_to_stderr)
{
	pid_t pid = getpid();

	if (!*s->mark)
		return;
	try_grab(s, f->first);
	try_dump();
	signal(SIGPIPE, SIG_IGN); /* stderr may end before CMD does */
	if (!logs_to_stderr)
		dup2(STDOUT_FILENO, STDERR_FILENO);
	if (write(READY_FD, &pid, sizeof(pid)) != sizeof(pid))
		exit(STATUS_OURS); /* `run` was killed meanwhile */
	close(READY_FD);
}
