/* SPDX-License-Identifier: MIT */
/*
 * Calls that a handler interrupts in order to make the same call.  The processor traps after each
 * instruction of the call (the trap flag), so that the SIGTRAP handler stands at every place where
 * a signal can come, and not at the few that a timer happens to hit.  There it makes the same call,
 * on the same sockets or on its own, several times; now and then its own call is stepped too.
 *
 * An op makes the call by WANT() and undoes what it did by system calls that no wrapper sees; it
 * must be right at any point of itself, so what it feeds is what it takes.  A result or an errno
 * that is not as it must be, in handler or program, is what the case prints.  A deadlock ends by
 * the runner's limit.
 */
#ifndef REENTER_H
#define REENTER_H

#include "case.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <x86intrin.h>

#define TRAP_FLAG 0x100ull
#define CALLS     100000 /* of the handler, for each call */
#define AT_ONCE   8      /* calls of the handler where it has interrupted */
#define DEPTHS    4      /* the program, its handler, the handler's, … */

/* What one of these works on: sides[0] the program and, every other time, all. */
struct side {
	int end[2];  /* a connection */
	int pipe[2]; /* with room, and nothing in it but what an op puts there */
	int file;    /* of some bytes */
	int own;     /* a number for dup2() */
};

struct op {
	const char *name;
	void (*make)(const struct side *s);
	long calls; /* 0 is CALLS */
};

static struct side sides[DEPTHS];
static const struct op *op;
static long enough;
static volatile int depth;
static volatile bool deeper;
static volatile long inside, calls, wrong;
static volatile long steps[DEPTHS]; /* of the call that is under way there */
static struct {
	const char *what;
	long got;
	int err, depth;
} first_wrong;

static inline bool stepped(void)
{
	return depth == 0 || (deeper && depth < DEPTHS - 1);
}

#define MADE(call)                                                  \
	({                                                          \
		const bool stepped_ = stepped();                    \
		long made_;                                         \
		errno = ERRNO_KEPT;                                 \
		steps[depth] = 0;                                   \
		if (stepped_)                                       \
			__writeeflags(__readeflags() | TRAP_FLAG);  \
		made_ = (long)(call);                               \
		if (stepped_)                                       \
			__writeeflags(__readeflags() & ~TRAP_FLAG); \
		made_;                                              \
	})

/* The result and the errno that the call must have: 0 for "as it was before". */
#define WANT(want, err, call) wanted(#call, MADE(call), want, err)
#define WANT_FD(call)         wanted_descriptor(#call, MADE(call))

static UNUSED void went_wrong(const char *what, long got)
{
	if (__atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED))
		return;
	first_wrong.what = what;
	first_wrong.got = got;
	first_wrong.err = errno;
	first_wrong.depth = depth;
}

static UNUSED long wanted(const char *what, long got, long want, int err)
{
	if (got != want || errno != (err ? err : ERRNO_KEPT))
		went_wrong(what, got);
	return got;
}

static UNUSED int wanted_descriptor(const char *what, long got)
{
	if (got < 0 || errno != ERRNO_KEPT)
		went_wrong(what, got);
	return (int)got;
}

static UNUSED void unseen_close(int fd)
{
	unseen_syscall(SYS_close, fd, 0, 0, 0, 0, 0);
}

/* One byte in, or those that are there out, unseen. */
static UNUSED void feed(int fd)
{
	if (unseen_syscall(SYS_write, fd, (long)"x", 1, 0, 0, 0) != 1)
		went_wrong("feed", 0);
}

static UNUSED void drain(int fd)
{
	char bytes[256];

	unseen_syscall(SYS_recvfrom, fd, (long)bytes, sizeof(bytes), MSG_DONTWAIT, 0, 0);
}

/*
 * Each of the first instructions, then every second, third, …, sooner where fewer calls are wanted:
 * a lock-free loop (read, compare and swap) would never end if the handler changed the word each
 * time around.
 */
static bool is_due(void)
{
	const long step = steps[depth]++;

	return (step + calls) % (1 + step * (CALLS / enough) / 512 + 13 * depth) == 0;
}

static void on_trap(int sig, siginfo_t *info, void *context)
{
	extern char __executable_start[], etext[];
	char *at = (char *)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
	const bool above = deeper;
	const int err = errno;
	int i;

	if ((at >= __executable_start && at < etext) || !is_due())
		return; /* in text: not in the call yet, or no more */
	inside++;
	depth++;
	for (i = 0; i < AT_ONCE; i++) {
		deeper = i == 0 && inside % 251 == 0;
		op->make(calls++ & 1 ? &sides[depth] : &sides[0]);
	}
	depth--;
	deeper = above;
	errno = err;
}

static void reenter_op(const struct op *which)
{
	long before;

	enough = which->calls ? which->calls : CALLS;
	op = which;
	wrong = calls = 0;
	do {
		before = inside;
		op->make(&sides[0]);
		sure(inside > before, "the call was not interrupted");
	} while (calls < enough);
	if (wrong)
		say("%s: %ld wrong, first at depth %d: %s = %ld %s", op->name, wrong,
			first_wrong.depth, first_wrong.what, first_wrong.got,
			errname(first_wrong.err));
	else
		say("%s: right each time", op->name);
}

static UNUSED void make_sides(void (*pair)(int end[2]))
{
	int i;

	for (i = 0; i < DEPTHS; i++) {
		pair(sides[i].end);
		sure(pipe(sides[i].pipe) == 0, "pipe");
		sides[i].file = memfd_create("side", 0);
		sure(write(sides[i].file, "bytes", 5) == 5, "memfd_create");
		sides[i].own = 100 + i;
	}
}

static UNUSED void close_sides(void)
{
	int i;

	for (i = 0; i < DEPTHS; i++)
		close(sides[i].own);
}

/* Each of these ops, until the one without a name. */
static UNUSED void reenter(const struct op *ops)
{
	struct sigaction a = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO | SA_NODEFER};

	sigaction(SIGTRAP, &a, NULL);
	for (; ops->name; ops++)
		reenter_op(ops);
	close_sides(); /* which of them there are, depends on where it was interrupted */
}

#endif
