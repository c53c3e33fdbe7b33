/* SPDX-License-Identifier: MIT */
/* Calls made while a cancellation is pending: at a cancellation point it acts before anything is
 * done, at any other call it does not.  What the program chose for its socket outlives both.
 * cflags: -fexceptions
 */
#include "case.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

static int end[2], file, epoll, pipes[2];
static FILE *stream;
static volatile bool made;
static volatile int cleaned;
static struct iovec vector = {"x", 1};
static struct msghdr header = {.msg_iov = &vector, .msg_iovlen = 1};
static struct mmsghdr headers = {.msg_hdr = {.msg_iov = &vector, .msg_iovlen = 1}};
static char *nothing[] = {NULL};
static struct pollfd polled;
static struct epoll_event event;
static const struct timespec at_once;
static struct timeval now;
static struct sockaddr_in nowhere = {.sin_family = AF_INET};

/* The child ends at once; its parent waits by no cancellation point. */
static int ended(pid_t pid)
{
	int status = -1;

	if (!pid)
		unseen_syscall(SYS_exit_group, 7, 0, 0, 0, 0, 0);
	unseen_syscall(SYS_wait4, pid, (long)&status, 0, 0, 0, 0);
	return WEXITSTATUS(status);
}

#define CALLS(X)                                                         \
	X(socket(AF_INET, SOCK_STREAM, 0))                               \
	X(connect(end[0], (struct sockaddr *)&nowhere, sizeof(nowhere))) \
	X(accept(end[0], NULL, NULL))                                    \
	X(accept4(end[0], NULL, NULL, 0))                                \
	X(listen(end[0], 1))                                             \
	X(read(file, header.msg_iov->iov_base, 0))                       \
	X(read(end[0], NULL, 0))                                         \
	X(readv(end[0], &vector, 0))                                     \
	X(recv(end[0], NULL, 0, MSG_DONTWAIT))                           \
	X(recvfrom(end[0], NULL, 0, MSG_DONTWAIT, NULL, NULL))           \
	X(recvmsg(end[0], &header, MSG_DONTWAIT))                        \
	X(recvmmsg(end[0], &headers, 1, MSG_DONTWAIT, NULL))             \
	X(write(pipes[1], "x", 1))                                       \
	X(write(end[0], "x", 1))                                         \
	X(writev(end[0], &vector, 1))                                    \
	X(send(end[0], "x", 1, 0))                                       \
	X(sendto(end[0], "x", 1, 0, NULL, 0))                            \
	X(sendmsg(end[0], &header, 0))                                   \
	X(sendmmsg(end[0], &headers, 1, 0))                              \
	X(sendfile(end[0], file, NULL, 1))                               \
	X(splice(pipes[0], NULL, end[0], NULL, 1, SPLICE_F_NONBLOCK))    \
	X(fcntl(end[0], F_GETFL))                                        \
	X(fcntl(file, F_SETLKW, &(struct flock){.l_type = F_RDLCK}))     \
	X(poll(&polled, 1, 0))                                           \
	X(ppoll(&polled, 1, &at_once, NULL))                             \
	X(select(0, NULL, NULL, NULL, &now))                             \
	X(pselect(0, NULL, NULL, NULL, &at_once, NULL))                  \
	X(epoll_wait(epoll, &event, 1, 0))                               \
	X(epoll_pwait(epoll, &event, 1, 0, NULL))                        \
	X(epoll_pwait2(epoll, &event, 1, &at_once, NULL))                \
	X(ended(fork()))                                                 \
	X(dup(end[0]))                                                   \
	X(dup2(end[0], 50))                                              \
	X(shutdown(end[0], SHUT_RD))                                     \
	X(syscall(SYS_getpid) > 0)                                       \
	X(execve("/nowhere", nothing, nothing))                          \
	X(close_range(50, 60, 0))                                        \
	X(fclose(stream))                                                \
	X(close(end[1]))                                                 \
	X(close(end[0]))

static const char *const names[] = {
#define X(call) #call,
	CALLS(X)
#undef X
};

static long make(int which)
{
	enum { BASE = __COUNTER__ + 1 };

	switch (which) {
#define X(call) \
	case __COUNTER__ - BASE: return (long)(call);
		CALLS(X)
#undef X
	}
	return -2;
}

static void on_cleanup(void *unused)
{
	cleaned++;
}

static void *caller(void *which)
{
	pthread_cleanup_push(on_cleanup, NULL);
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	pthread_cancel(pthread_self());
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	make((int)(long)which);
	made = true;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	pthread_cleanup_pop(0);
	return NULL;
}

static void set_up(void)
{
	int off = 0, idle = 4242;

	tcp_pair(end);
	setsockopt(end[0], SOL_SOCKET, SO_KEEPALIVE, &off, sizeof(off));
	setsockopt(end[0], IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	file = memfd_create("file", 0);
	sure(write(file, "bytes", 5) == 5 && lseek(file, 0, SEEK_SET) == 0, "memfd_create");
	stream = fdopen(dup(end[0]), "r");
	epoll = epoll_create1(0);
	sure(pipe(pipes) == 0, "pipe");
}

static void try(int which)
{
	pthread_t thread;
	void *how;

	made = false;
	cleaned = 0;
	pthread_create(&thread, NULL, caller, (void *)(long)which);
	pthread_join(thread, &how);
	say("%s: %s, cleaned %d, %s", names[which], made ? "made" : "not made", cleaned,
		how == PTHREAD_CANCELED ? "cancelled" : "ended");
}

int torture(const char *variant)
{
	size_t i;

	set_up();
	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		try(i);
		if (fcntl(end[1], F_GETFD) >= 0)
			DO(send(end[0], "next", 4, 0));
	}
	DO(option(end[0], SOL_SOCKET, SO_KEEPALIVE));
	DO(option(end[0], IPPROTO_TCP, TCP_KEEPIDLE));
	return 0;
}
