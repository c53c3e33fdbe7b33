/* SPDX-License-Identifier: MIT */
/* accept and accept4: the address, cut short or not wanted, flags, and what is queued meanwhile.
 * variants: tcp tcp6 unix seqpacket
 */
#include "states.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

static struct sockaddr_storage where;
static socklen_t where_len;
static int type = SOCK_STREAM, listener;

static int listener_of(const char *variant)
{
	int fd;

	where_len = sizeof(struct sockaddr_in);
	where.ss_family = AF_INET;
	((struct sockaddr_in *)&where)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (!strcmp(variant, "tcp6")) {
		struct sockaddr_in6 six = {.sin6_family = AF_INET6};

		six.sin6_addr = in6addr_loopback;
		memcpy(&where, &six, where_len = sizeof(six));
	} else if (*variant != 't') {
		where = (struct sockaddr_storage){.ss_family = AF_UNIX};
		where_len = sizeof(sa_family_t);
		type = *variant == 's' ? SOCK_SEQPACKET : SOCK_STREAM;
	}
	fd = socket(where.ss_family, type, 0);
	sure(bind(fd, (struct sockaddr *)&where, where_len) == 0, "bind");
	where_len = sizeof(where);
	sure(getsockname(fd, (struct sockaddr *)&where, &where_len) == 0, "getsockname");
	return fd;
}

static int call_in(void)
{
	int fd = socket(where.ss_family, type, 0);

	sure(connect(fd, (struct sockaddr *)&where, where_len) == 0, "connect");
	await(listener, POLLIN);
	return fd;
}

static void hang_up(int fd)
{
	struct linger at_once = {1, 0};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(fd);
}

/* What accept() gave: its flags, and the address as far as it is known beforehand. */
static void accepted(int fd, const struct sockaddr_storage *addr, const socklen_t *len)
{
	struct sockaddr_storage real;
	socklen_t real_len = sizeof(real), room = len ? *len : 0;

	say("  len=%d family=%d cloexec=%d nonblock=%d the peer's own: %d", room,
		addr ? addr->ss_family : -1, fcntl(fd, F_GETFD),
		!!(fcntl(fd, F_GETFL) & O_NONBLOCK),
		getpeername(fd, (struct sockaddr *)&real, &real_len) == 0 && addr &&
			!memcmp(addr, &real, room < real_len ? room : real_len));
	close(fd);
}

static void with_flags(int fd)
{
	static const int flags[] = {0, SOCK_CLOEXEC, SOCK_NONBLOCK, SOCK_CLOEXEC | SOCK_NONBLOCK};
	struct sockaddr_storage addr;
	size_t i;

	for (i = 0; i < 4; i++) {
		int caller = call_in();
		socklen_t len = sizeof(addr);

		accepted(accept4(fd, (struct sockaddr *)&addr, &len, flags[i]), &addr, &len);
		hang_up(caller);
		caller = call_in();
		accepted(accept4(fd, NULL, NULL, flags[i]), NULL, NULL);
		hang_up(caller);
	}
	DO(accept4(fd, NULL, NULL, 1));
	DO(accept4(fd, NULL, NULL, -1));
}

static void with_lengths(int fd)
{
	static const int lengths[] = {0, 1, 2, 8, 16, 28, 110, sizeof(struct sockaddr_storage)};
	size_t i;

	for (i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		struct sockaddr_storage addr = {0};
		socklen_t len = lengths[i];
		int caller = call_in();

		accepted(accept(fd, (struct sockaddr *)&addr, &len), &addr, &len);
		hang_up(caller);
	}
}

/* They cost the connection that was queued. */
static void with_bad_ones(int fd)
{
	struct sockaddr_storage addr;
	void *volatile nowhere = (void *)16;
	socklen_t len = sizeof(addr), negative = -1;
	int caller = call_in();

	DO(accept(fd, nowhere, &len));
	DO(accept(fd, NULL, NULL));
	hang_up(caller);
	caller = call_in();
	DO(accept(fd, (struct sockaddr *)&addr, &negative));
	hang_up(caller);
	caller = call_in();
	DO(accept(fd, (struct sockaddr *)&addr, NULL));
	hang_up(caller);
	caller = call_in();
	accepted(accept(fd, NULL, nowhere), NULL, NULL);
	hang_up(caller);
}

/* The peer is gone before it was accepted. */
static void too_late(int fd)
{
	struct sockaddr_storage addr = {0};
	socklen_t len = sizeof(addr);
	char buf[8];
	int caller = call_in(), got;

	sure(send(caller, "bye", 3, 0) == 3, "send");
	hang_up(caller);
	got = accept(fd, NULL, NULL);
	await(got, POLLRDHUP);
	TRY(recv(got, buf, sizeof(buf), 0));
	TRY(recv(got, buf, sizeof(buf), 0));
	close(got);
	caller = call_in();
	hang_up(caller);
	got = accept(fd, (struct sockaddr *)&addr, &len);
	say("  late: family=%d len=%d", addr.ss_family, len);
	close(got);
}

/*
 * Some peers have no address, and asking for it fails (AF_ALG, which few kernels offer): a filter
 * makes it so.  It is not the program's own, else the shim would stand back.
 */
static void with_nobody(int fd)
{
	struct sock_filter rule[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_accept, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_accept4, 0, 2),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ECONNABORTED)};
	struct sock_fprog filter = {sizeof(rule) / sizeof(*rule), rule};

	sure(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs");
	sure(!unseen_syscall(SYS_seccomp, 1, 0, (long)&filter, 0, 0, 0), "seccomp");
	call_in();
	accepted(accept(fd, NULL, NULL), NULL, NULL);
	call_in();
	accepted(accept4(fd, NULL, NULL, SOCK_CLOEXEC), NULL, NULL);
}

int torture(const char *variant)
{
	int fd = listener = listener_of(variant);

	block_sigpipe();
	DO(accept(fd, NULL, NULL));
	DO(listen(fd, 5));
	fcntl(fd, F_SETFL, O_RDWR | O_NONBLOCK);
	DO(accept(fd, NULL, NULL));
	with_flags(fd);
	with_lengths(fd);
	with_bad_ones(fd);
	too_late(fd);
	if (type == SOCK_SEQPACKET)
		with_nobody(fd);
	DO(shutdown(fd, SHUT_RD));
	DO(accept(fd, NULL, NULL));
	close(fd);
	return 0;
}
