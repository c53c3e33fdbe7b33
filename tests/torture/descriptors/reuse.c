/* SPDX-License-Identifier: MIT */
/* A connection's number comes to belong to something else, however it was closed: what is there
 * now is written, read and signals as itself.
 * variants: close __close fclose _IO_fclose syscall raw dup2 dup3 range range_raw closefrom uring
 */
#include "case.h"

#include <fcntl.h>
#include <linux/io_uring.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <sys/uio.h>

extern int __close(int fd);
extern int _IO_fclose(FILE *stream);

enum { AT = 60 /* the number in question */ };

/* One IORING_OP_CLOSE by hand; prints why, if there is no io_uring here. */
static void uring_close(int fd)
{
	struct io_uring_params p = {0};
	int ring = (int)unseen_syscall(SYS_io_uring_setup, 1, (long)&p, 0, 0, 0, 0);
	struct io_uring_sqe *sqe;
	char *sq, *cq;

	if (ring < 0) {
		say("io_uring_setup: %s", errname(-ring));
		unseen_syscall(SYS_close, fd, 0, 0, 0, 0, 0);
		return;
	}
	sq = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
	cq = p.features & IORING_FEAT_SINGLE_MMAP ? sq : NULL;
	sqe = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
	sure(sq != MAP_FAILED && cq && (void *)sqe != MAP_FAILED, "io_uring");
	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = IORING_OP_CLOSE;
	sqe->fd = fd;
	*(unsigned *)(sq + p.sq_off.array) = 0;
	__atomic_store_n((unsigned *)(sq + p.sq_off.tail), 1, __ATOMIC_RELEASE);
	sure(unseen_syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, 0, 0) == 1,
		"io_uring_enter");
	sure(((struct io_uring_cqe *)(cq + p.cq_off.cqes))->res == 0, "IORING_OP_CLOSE");
	munmap(sqe, 4096);
	munmap(sq, 4096);
	unseen_syscall(SYS_close, ring, 0, 0, 0, 0, 0);
}

static void close_by(const char *how)
{
	if (!strcmp(how, "close"))
		close(AT);
	else if (!strcmp(how, "__close"))
		__close(AT);
	else if (!strcmp(how, "fclose"))
		fclose(fdopen(AT, "r+"));
	else if (!strcmp(how, "_IO_fclose"))
		_IO_fclose(fdopen(AT, "w"));
	else if (!strcmp(how, "syscall"))
		syscall(SYS_close, AT);
	else if (!strcmp(how, "range"))
		close_range(AT, AT, 0);
	else if (!strcmp(how, "range_raw"))
		syscall(SYS_close_range, AT, AT, 0);
	else if (!strcmp(how, "closefrom"))
		closefrom(AT);
	else if (!strcmp(how, "uring"))
		uring_close(AT);
	else
		unseen_syscall(SYS_close, AT, 0, 0, 0, 0, 0);
}

/* Opened without us; *other is what its other end is read by, or -1. */
static int open_what(int what, int *other)
{
	int pair[2] = {-1, -1};

	switch (what) {
	case 0: sure(pipe(pair) == 0, "pipe"); break;
	case 1: pair[1] = open("file", O_CREAT | O_RDWR | O_TRUNC, 0600); break;
	case 2: unix_pair(pair); break;
	case 3: sure(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0, "dgram"); break;
	case 4: sure(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0, "seqpacket"); break;
	case 5: pair[1] = eventfd(0, EFD_NONBLOCK); break;
	case 6: pair[1] = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK); break;
	case 7: pair[1] = memfd_create("m", 0); break;
	case 8: pair[1] = epoll_create1(0); break;
	case 9: pair[1] = socket(AF_INET, SOCK_DGRAM, 0); break;
	case 10: pair[1] = socket(AF_INET, SOCK_STREAM, 0); break;
	default: return -1;
	}
	*other = pair[0];
	return pair[1];
}

static const char *const names[] = {"pipe", "file", "unix", "dgram", "seqpacket", "eventfd",
	"timerfd", "memfd", "epoll", "udp", "tcp"};

static void signals_pending(void)
{
	sigset_t set;

	sigpending(&set);
	if (sigismember(&set, SIGPIPE)) {
		say("SIGPIPE pending");
		sigemptyset(&set);
		sigaddset(&set, SIGPIPE);
		sigtimedwait(&set, NULL, &(struct timespec){0, 0});
	}
}

static void use(int other)
{
	struct iovec iov[2] = {{"ab", 2}, {"cdefgh", 6}};
	char buf[16];

	DO(write(AT, "12345678", 8));
	DO(writev(AT, iov, 2));
	DO(send(AT, "12345678", 8, MSG_NOSIGNAL));
	if (other >= 0)
		DO(read(other, buf, 8));
	DO(recv(AT, buf, 4, MSG_DONTWAIT));
	if (fcntl(AT, F_SETFL, O_NONBLOCK) == 0)
		DO(read(AT, buf, 4));
	DO(lseek(AT, 0, SEEK_CUR));
	if (other >= 0) {
		DO(close(other));
		DO(write(AT, "x", 1));
		signals_pending();
	}
}

int torture(const char *how)
{
	int conn[2], what, other = -1;
	sigset_t set;

	/* Blocked, it shows whether it came; SIGPIPE=auto leaves such signals alone. */
	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (what = 0; what < (int)(sizeof(names) / sizeof(*names)); what++) {
		int from;

		tcp_pair(conn);
		sure(dup2(conn[0], AT) == AT && close(conn[0]) == 0, "dup2");
		sure(write(AT, "x", 1) == 1 && read(conn[1], &(char){0}, 1) == 1, "connection");
		say("%s:", names[what]);
		from = open_what(what, &other);
		if (strncmp(how, "dup", 3) != 0)
			close_by(how);
		if (!strcmp(how, "dup2"))
			dup2(from, AT);
		else if (!strcmp(how, "dup3"))
			dup3(from, AT, O_CLOEXEC);
		else
			unseen_syscall(SYS_dup2, from, AT, 0, 0, 0, 0);
		unseen_syscall(SYS_close, from, 0, 0, 0, 0, 0);
		use(other);
		close(conn[1]);
		close(AT);
	}
	unlink("file");
	return 0;
}
