/* SPDX-License-Identifier: MIT */
/*
 * The program's descriptors and signals are not ours, so every line asks anew: is descriptor 2
 * still the file it was at start (programs put connections there; inetd has done so before), may
 * this file grow (SIGXFSZ), would the write wait?  When in doubt the line is lost: a lost line is
 * counted, a blocked or killed program is not forgiven.  Raw system calls only.
 */
#include "runtime/log_write.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "sys/raw.h"
#include "sys/sockopt.h"

#define STDIN         0
#define STDERR        2
#define SIGNAL_BIT(n) (1ul << ((n)-1))

static struct target target;
/* Inode 0 is no file's: descriptor 2 was closed, or a client's. */
static struct {
	dev_t device;
	ino_t inode;
} stderr_at_start;
/* The last line went out in part: the next must not continue it. */
static atomic_bool torn;

static long describe(int fd, struct stat *st)
{
	return raw6(SYS_newfstatat, fd, (long)"", (long)st, AT_EMPTY_PATH, 0, 0);
}

static bool is_stderr_of_start(const struct stat *st)
{
	return st->st_dev == stderr_at_start.device && st->st_ino == stderr_at_start.inode;
}

void log_write_open(struct target where)
{
	struct stat st = {0}, in = {0};

	target = where;
	describe(STDERR, &st);
	describe(STDIN, &in);
	stderr_at_start.device = st.st_dev;
	stderr_at_start.inode = st.st_ino;
	/* inetd's way; a journal's socket is never read from. */
	if (S_ISSOCK(st.st_mode) && is_stderr_of_start(&in))
		stderr_at_start.inode = 0;
}

/* Past RLIMIT_FSIZE a write raises SIGXFSZ, or is cut short at the limit. */
static bool may_grow(const struct stat *st, size_t len)
{
	struct rlimit limit;

	if (raw5(SYS_prlimit64, 0, RLIMIT_FSIZE, 0, (long)&limit, 0) < 0)
		return true;
	return limit.rlim_cur == RLIM_INFINITY || (uint64_t)st->st_size + len <= limit.rlim_cur;
}

static bool takes_bytes_now(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	struct timespec now = {0};

	return raw5(SYS_ppoll, (long)&p, 1, (long)&now, 0, 0) == 1 && p.revents == POLLOUT;
}

/*
 * The journal's socket is a local one; what comes over a network waits for the program's words.
 * Asked for each line, not at start: a filter may allow no socket call before the program's first.
 */
static bool is_local(int fd)
{
	int domain;

	return !sockopt_get_int(fd, SOL_SOCKET, SO_DOMAIN, &domain) && domain == AF_UNIX;
}

static long put(int fd, const struct stat *st, const char *text, size_t len)
{
	switch (st->st_mode & S_IFMT) {
	case S_IFREG:
		if (!may_grow(st, len))
			return -ENOSPC;
		break;
	case S_IFSOCK:
		if (!is_local(fd))
			return -EPROTOTYPE;
		return raw6(
			SYS_sendto, fd, (long)text, (long)len, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0);
	default:
		if (!takes_bytes_now(fd))
			return -EAGAIN;
	}
	return raw3(SYS_write, fd, (long)text, (long)len);
}

/*
 * All but those that a fault raises: a handler that leaves by longjmp, or a cancellation, would
 * leave the log's descriptor open.  And SIGTTOU: `stty tostop` stops a background program that
 * writes, unless it blocks the signal.
 */
static uint64_t signals_hold(void)
{
	const uint64_t held = ~(SIGNAL_BIT(SIGILL) | SIGNAL_BIT(SIGTRAP) | SIGNAL_BIT(SIGBUS) |
				SIGNAL_BIT(SIGFPE) | SIGNAL_BIT(SIGSEGV) | SIGNAL_BIT(SIGSYS));
	uint64_t mask = 0;

	raw5(SYS_rt_sigprocmask, SIG_BLOCK, (long)&held, (long)&mask, sizeof(mask), 0);
	return mask;
}

static void signals_release(uint64_t mask)
{
	raw5(SYS_rt_sigprocmask, SIG_SETMASK, (long)&mask, 0, sizeof(mask), 0);
}

/* put(), and the signal that it raised is taken back, unless one was pending before. */
static long put_quietly(int fd, const struct stat *st, const char *text, size_t len)
{
	uint64_t pending = 0, raised = 0;
	struct timespec now = {0};
	long n;

	raw3(SYS_rt_sigpending, (long)&pending, sizeof(pending), 0);
	n = put(fd, st, text, len);
	if (n == -EPIPE)
		raised = SIGNAL_BIT(SIGPIPE);
	else if (n == -EFBIG)
		raised = SIGNAL_BIT(SIGXFSZ);
	raised &= ~pending;
	if (raised)
		raw5(SYS_rt_sigtimedwait, (long)&raised, 0, (long)&now, sizeof(raised), 0);
	return n;
}

static bool put_line(int fd, const struct stat *st, const char *line, size_t len)
{
	long n;

	if (!atomic_load_explicit(&torn, memory_order_relaxed)) {
		line++;
		len--;
	}
	n = put_quietly(fd, st, line, len);
	if (n > 0)
		atomic_store_explicit(&torn, (size_t)n < len, memory_order_relaxed);
	return n == (long)len;
}

/* A description of the file that is ours alone, so that O_NONBLOCK on it is nobody's business. */
static int open_own(const char *path, int more_flags)
{
	const int flags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | more_flags;

	return (int)raw5(SYS_openat, AT_FDCWD, (long)path, flags, 0600, 0);
}

/*
 * A pipe or terminal that poll() calls writable can still make a write wait: another writer comes
 * between, a terminal has room for less than a line.  So it is opened anew where it can be: not
 * without /proc, nor as another user than its owner; then poll() alone must do.
 */
static bool log_write_stderr(const char *line, size_t len)
{
	struct stat st;
	int fd = -1;
	bool done;

	if (describe(STDERR, &st) < 0 || !is_stderr_of_start(&st))
		return false;
	if (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode))
		fd = open_own("/proc/self/fd/2", 0);
	if (fd < 0)
		return put_line(STDERR, &st, line, len);
	done = describe(fd, &st) == 0 && is_stderr_of_start(&st) && put_line(fd, &st, line, len);
	raw3(SYS_close, fd, 0, 0);
	return done;
}

/*
 * Symbolic links are followed: an operator may point the log at another disk, and O_NOFOLLOW
 * looks at the last component only.  With O_NONBLOCK a FIFO without a reader is ENXIO, no wait.
 */
static bool log_write_file(const char *path, const char *line, size_t len)
{
	int fd = open_own(path, O_CREAT);
	struct stat st;
	bool done;

	if (fd < 0)
		return false;
	done = describe(fd, &st) == 0 && put_line(fd, &st, line, len);
	raw3(SYS_close, fd, 0, 0);
	return done;
}

bool log_write(const char *line, size_t len)
{
	uint64_t mask;
	bool done;

	if (target.kind == TARGET_OFF)
		return false;
	mask = signals_hold();
	if (target.kind == TARGET_STDERR)
		done = log_write_stderr(line, len);
	else
		done = log_write_file(target.path, line, len);
	signals_release(mask);
	return done;
}
