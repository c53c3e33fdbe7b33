/* SPDX-License-Identifier: MIT */
/*
 * The kernel holds the truth about dispositions; what is kept here is only the program's view of
 * a SIG_DFL that we cover.  sigaction() by the program replaces our handler at once, exec resets
 * it, fork inherits it together with this memory, and a vfork child changes only the kernel's
 * copy, never ours.
 */
#include "policy/sigpipe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <ucontext.h>
#include <unistd.h>

#include "policy/failfast.h"
#include "policy/report.h"
#include "sys/copy.h"
#include "sys/raw.h"
#include "sys/real.h"

int sigpipe_flag;

static enum sigpipe_mode mode = SIGPIPE_OFF;
static enum sigpipe_mode withdrawn = SIGPIPE_OFF; /* mode before strict mode */
static _Atomic bool wanted;                       /* a stream socket was seen */
static _Atomic bool covering;  /* our handler stands where the program has SIG_DFL */
static struct sigaction shown; /* the program's own SIG_DFL, flags and mask, while covering */
static _Atomic unsigned saves;

static void backstop(int sig, siginfo_t *info, void *context);

static bool is_default(const struct sigaction *a)
{
	return !(a->sa_flags & SA_SIGINFO) && a->sa_handler == SIG_DFL;
}

static bool is_ours(const struct sigaction *a)
{
	return a->sa_flags & SA_SIGINFO && a->sa_sigaction == backstop;
}

static void set_flag(bool is_dfl)
{
	sigpipe_flag = mode == SIGPIPE_SAFE || (mode == SIGPIPE_AUTO && is_dfl) ? MSG_NOSIGNAL : 0;
}

/*
 * Covers a SIG_DFL.  Not on the alternate stack: a small one could not hold two frames.  SA_RESTART
 * is the program's, whose siginterrupt() changes it behind sigaction().
 */
static void cover(void)
{
	struct sigaction now;
	struct sigaction ours = {.sa_sigaction = backstop, .sa_flags = SA_SIGINFO};

	if (real_sigaction(SIGPIPE, NULL, &now) || !is_default(&now))
		return;
	shown = now;
	ours.sa_flags |= now.sa_flags & SA_RESTART;
	if (real_sigaction(SIGPIPE, &ours, &now))
		return;
	if (is_default(&now) || is_ours(&now))
		atomic_store(&covering, true);
	else /* another thread came in between: what it set stays */
		real_sigaction(SIGPIPE, &now, NULL);
}

/* Of a SIG_DFL that we covered: libc's sigaction() would add a flag for the program to see. */
static void put_back(const struct sigaction *a)
{
	const struct raw_sigaction kernels = {
		a->sa_handler, (unsigned)a->sa_flags, a->sa_restorer, a->sa_mask.__val[0]};

	raw6(SYS_rt_sigaction, SIGPIPE, (long)&kernels, 0, sizeof(kernels.mask), 0, 0);
}

/*
 * Brings flag and cover in line with the disposition that the kernel has.  Before there is a stream
 * socket neither matters, and a filter may forbid to ask.
 */
static void refresh(void)
{
	struct sigaction now;

	if (mode == SIGPIPE_OFF || !atomic_load(&wanted) || real_sigaction(SIGPIPE, NULL, &now) ||
		is_ours(&now))
		return;
	atomic_store(&covering, false);
	set_flag(is_default(&now));
	cover();
}

bool sigpipe_covers(void)
{
	return atomic_load(&covering);
}

COLD void sigpipe_init(enum sigpipe_mode chosen)
{
	mode = chosen;
}

COLD void sigpipe_stream_seen(void)
{
	KEEP_ERRNO;

	if (mode != SIGPIPE_OFF && !atomic_exchange(&wanted, true))
		refresh();
}

COLD void sigpipe_withdraw(void)
{
	KEEP_ERRNO;

	if (mode != SIGPIPE_OFF) /* else it interrupts another one, which has it */
		withdrawn = mode;
	mode = SIGPIPE_OFF;
	sigpipe_flag = 0;
	if (atomic_exchange(&covering, false))
		put_back(&shown);
}

COLD void sigpipe_return(void)
{
	KEEP_ERRNO;

	mode = withdrawn;
	refresh();
}

COLD int sigpipe_sigaction(const struct sigaction *act, struct sigaction *old)
{
	struct sigaction before;

	if (real_sigaction(SIGPIPE, act, &before))
		return -1;
	if (is_ours(&before)) {
		shown.sa_flags = (shown.sa_flags & ~SA_RESTART) | (before.sa_flags & SA_RESTART);
		before = shown;
	}
	if (old)
		*old = before;
	if (act && atomic_load(&wanted) && fdtab_mine()) {
		KEEP_ERRNO;

		refresh();
	}
	return 0;
}

COLD sighandler_t sigpipe_changed(sighandler_t old)
{
	KEEP_ERRNO;

	if (atomic_load(&wanted) && fdtab_mine())
		refresh();
	return (void (*)(void))old == (void (*)(void))backstop ? SIG_DFL : old;
}

static bool is_stream_socket(long fd)
{
	int type;

	return fd >= 0 && fd == (int)fd && !sockopt_get_int((int)fd, SOL_SOCKET, SO_TYPE, &type) &&
	       (type == SOCK_STREAM || type == SOCK_SEQPACKET);
}

static bool is_blocked(void)
{
	uint64_t mask = 0;

	raw6(SYS_rt_sigprocmask, SIG_BLOCK, 0, (long)&mask, sizeof(mask), 0, 0);
	return mask >> (SIGPIPE - 1) & 1;
}

static void count_save(int fd, fdtab_word w)
{
	struct conn *c = connpool_get(w);
	unsigned n = atomic_fetch_add(&saves, 1) + 1;

	if (!c || !(atomic_fetch_or(&c->told, TOLD_SAVE) & TOLD_SAVE))
		report_averted(fd, c, n);
}

COLD void sigpipe_epipe(int fd, fdtab_word w)
{
	siginfo_t info = {.si_signo = SIGPIPE, .si_code = SI_USER};
	long pid, tid;

	if (mode != SIGPIPE_AUTO || !is_blocked()) {
		count_save(fd, w);
		return;
	}
	/* It would not have killed but waited for sigwait(): as the kernel would have sent it. */
	pid = raw3(SYS_getpid, 0, 0, 0);
	tid = raw3(SYS_gettid, 0, 0, 0);
	info.si_pid = (int)pid;
	info.si_uid = (uid_t)raw3(SYS_getuid, 0, 0, 0);
	raw6(SYS_rt_tgsigqueueinfo, pid, tid, SIGPIPE, (long)&info, 0, 0);
}

/* Open for what?  O_RDONLY, O_WRONLY, O_RDWR; -1 for what is no pipe. */
static int pipe_mode(long fd)
{
	if (fd < 0 || fd != (int)fd || raw3(SYS_fcntl, fd, F_GETPIPE_SZ, 0) < 0)
		return -1;
	return (int)raw3(SYS_fcntl, fd, F_GETFL, 0) & O_ACCMODE;
}

/* Did the signal come from a system call of this thread, just now returning? */
static bool from_a_call(const siginfo_t *info, const greg_t *reg)
{
	const unsigned char *rip = (const unsigned char *)reg[REG_RIP];

	return info->si_code == SI_USER && info->si_pid == (int)raw3(SYS_getpid, 0, 0, 0) &&
	       rip[-2] == 0x0f && rip[-1] == 0x05 && /* syscall */
	       (reg[REG_RAX] == -EPIPE || reg[REG_RAX] > 0 /* sendfile() of a part */);
}

/*
 * Can that call not have raised it?  A part was sent, but the connection is up; or it asked for no
 * signal, as seen where the code before it has the call's number: mov $nr,%eax, as libc's does.
 * Then this process sent it to itself.
 */
static bool is_innocent(int fd, const greg_t *reg)
{
	const unsigned char *rip = (const unsigned char *)reg[REG_RIP];
	struct pollfd up = {.fd = fd};
	unsigned char code[5];
	uint32_t nr;

	if (reg[REG_RAX] > 0 && raw3(SYS_poll, (long)&up, 1, 0) == 0)
		return true;
	if (!copy_from_program(code, rip - 7, sizeof(code)) || code[0] != 0xb8)
		return false;
	memcpy(&nr, code + 1, sizeof(nr));
	if (nr == SYS_sendmsg)
		return reg[REG_RDX] & MSG_NOSIGNAL;
	return (nr == SYS_sendto || nr == SYS_sendmmsg) && reg[REG_R10] & MSG_NOSIGNAL;
}

/*
 * The socket whose write the signal interrupted, or -1.  The kernel sends SIGPIPE as if from the
 * process itself, while its system call returns: rdi, rsi and rdx still hold the arguments.  Of
 * the calls that raise it, splice() alone has its target in rdx, and then no offset in rsi: from a
 * pipe into a socket, or from a socket into a pipe, whose SIGPIPE is none of ours.
 */
static int written_socket(const greg_t *reg)
{
	bool may_be_splice = reg[REG_RSI] == 0;

	if (is_stream_socket(reg[REG_RDI]))
		return may_be_splice && reg[REG_RDX] && pipe_mode(reg[REG_RDX]) > O_RDONLY
			       ? -1
			       : (int)reg[REG_RDI];
	if (may_be_splice &&
		(pipe_mode(reg[REG_RDI]) == O_RDONLY || pipe_mode(reg[REG_RDI]) == O_RDWR) &&
		is_stream_socket(reg[REG_RDX]))
		return (int)reg[REG_RDX];
	return -1;
}

/* The default action, as if we had not been here: the signal waits until this handler is left. */
static void die_of_it(void)
{
	put_back(&(struct sigaction){.sa_handler = SIG_DFL});
	raw3(SYS_tgkill, raw3(SYS_getpid, 0, 0, 0), raw3(SYS_gettid, 0, 0, 0), SIGPIPE);
}

static void backstop(int sig, siginfo_t *info, void *context)
{
	const greg_t *reg = ((ucontext_t *)context)->uc_mcontext.gregs;
	int fd = from_a_call(info, reg) ? written_socket(reg) : -1;
	KEEP_ERRNO;

	(void)sig;
	if (fd < 0 || is_innocent(fd, reg)) {
		die_of_it();
		return;
	}
	failfast_error(fd, fdtab_load(fd), EPIPE, PHASE_DATA, METHOD_SIGPIPE);
	count_save(fd, fdtab_load(fd));
}
