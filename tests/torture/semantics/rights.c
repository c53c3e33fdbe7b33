/* SPDX-License-Identifier: MIT */
/* Descriptors by SCM_RIGHTS: several at once, sockets that go on as they were, a control buffer too
 * short for them, MSG_CMSG_CLOEXEC, a peek; and whose they are by SCM_CREDENTIALS.
 * variants: stream dgram seqpacket
 */
#include "states.h"

static int fd;

static void pass(const int *fds, size_t n)
{
	char control[CMSG_SPACE(8 * sizeof(int))] = "";
	struct msghdr *m =
		msg_of(NULL, 0, iov_of("passed", 6), 1, control, CMSG_SPACE(n * sizeof(int)));
	struct cmsghdr *c = CMSG_FIRSTHDR(m);

	*c = (struct cmsghdr){CMSG_LEN(n * sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
	memcpy(CMSG_DATA(c), fds, n * sizeof(int));
	DO(sendmsg(peer, m, 0));
}

/* How many came, and, in fds, which; *flags as recvmsg() takes and leaves them. */
static int take(int *fds, size_t room, int flags)
{
	char control[256] = "", buf[16];
	struct msghdr *m = msg_of(NULL, 0, iov_of(buf, sizeof(buf)), 1, control, room);
	struct cmsghdr *c;
	int n = 0, got;

	got = DO(recvmsg(fd, m, flags));
	say("  flags=%x control=%zu", got < 0 ? 0 : m->msg_flags, m->msg_controllen);
	for (c = got < 0 ? NULL : CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		say("  level=%d type=%d len=%zu", c->cmsg_level, c->cmsg_type, c->cmsg_len);
		if (c->cmsg_type == SCM_RIGHTS) {
			n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
			memcpy(fds, CMSG_DATA(c), n * sizeof(int));
		}
	}
	return n;
}

static void drop(const int *fds, int n)
{
	while (n > 0)
		close(fds[--n]);
}

static void truncated(const int *fds)
{
	static const size_t room[] = {0, 1, sizeof(struct cmsghdr), CMSG_LEN(sizeof(int)),
		CMSG_SPACE(sizeof(int)) + 4, CMSG_SPACE(3 * sizeof(int))};
	int got[8];
	size_t i;

	for (i = 0; i < sizeof(room) / sizeof(*room); i++) {
		pass(fds, 3);
		drop(got, take(got, room[i], i % 2 ? MSG_CMSG_CLOEXEC : 0));
	}
}

/* A connection passed on is the same connection, and its errors are those of both. */
static void connection(void)
{
	int end[2], got[8];
	char buf[8];

	tcp_pair(end);
	pass(&end[0], 1);
	close(end[0]);
	sure(take(got, 64, MSG_CMSG_CLOEXEC) == 1, "take");
	DO(fcntl(got[0], F_GETFD));
	DO(write(got[0], "abc", 3));
	DO(read(end[1], buf, sizeof(buf)));
	end[0] = got[0];
	reset(end, 1);
	DO(read(got[0], buf, sizeof(buf)));
	TRY(write(got[0], "abc", 3));
	close(got[0]);
}

/* The same numbers again and again, now this, now that. */
static void reused(void)
{
	int i, end[2], got[8], pipes[2];
	char buf[8];

	sure(pipe(pipes) == 0, "pipe");
	for (i = 0; i < 6; i++) {
		tcp_pair(end);
		pass(i % 2 ? pipes : end, 2);
		sure(take(got, 64, 0) == 2, "take");
		DO(write(got[1], "abc", 3));
		DO(read(got[0], buf, sizeof(buf)));
		unseen_syscall(SYS_close, got[0], 0, 0, 0, 0, 0);
		unseen_syscall(SYS_close, got[1], 0, 0, 0, 0, 0);
		drop(end, 2);
	}
	drop(pipes, 2);
}

static void credentials(void)
{
	char control[128], buf[8];
	struct msghdr *m;
	struct ucred *who;
	int on = 1;

	DO(setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)));
	DO(send(peer, "hi", 2, 0));
	m = msg_of(NULL, 0, iov_of(buf, sizeof(buf)), 1, control, sizeof(control));
	DO(recvmsg(fd, m, 0));
	who = (struct ucred *)CMSG_DATA(CMSG_FIRSTHDR(m));
	say("  type=%d mine=%d uid=%d", CMSG_FIRSTHDR(m)->cmsg_type, who->pid == getpid(),
		who->uid);
	pass(&on, 1);
	drop(&on, take(&on, 128, 0));
}

int torture(const char *variant)
{
	int fds[3], got[8], n;

	block_sigpipe();
	fd = state(*variant == 'd'                        ? "dgram"
		   : *variant == 's' && variant[1] == 'e' ? "seqpacket"
							  : "unix");
	fds[0] = state_file();
	fds[1] = socket(AF_INET, SOCK_STREAM, 0);
	fds[2] = eventfd(0, 0);
	pass(fds, 3);
	n = take(got, 128, MSG_PEEK);
	drop(got, n);
	n = take(got, 128, 0);
	DO(lseek(got[0], 0, SEEK_CUR));
	DO(option(got[1], SOL_SOCKET, SO_TYPE));
	drop(got, n);
	truncated(fds);
	connection();
	reused();
	credentials();
	pass((int[]){99}, 1);
	drop(fds, 3);
	return 0;
}
