/* SPDX-License-Identifier: MIT */
/* syscall(): all six words arrive, 64 bits come back, errors become errno, also of no call at all.
 * variants: network others
 */
#include "states.h"

#include <linux/futex.h>
#include <sys/random.h>
#include <sys/stat.h>

static void connections(void)
{
	struct sockaddr_storage addr;
	char address[32], buf[16];
	int listener = listen_any(address), fd, got, again;
	socklen_t len = parse_address(address, &addr), room = sizeof(addr), four = 4;
	int value = 1;

	fd = DO(syscall(SYS_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
	DO(syscall(SYS_connect, fd, &addr, len));
	got = DO(syscall(SYS_accept4, listener, &addr, &room, SOCK_NONBLOCK));
	say("  %d %d", addr.ss_family, room);
	DO(syscall(SYS_sendto, fd, "hello", 5, MSG_NOSIGNAL, NULL, 0));
	await(got, POLLIN);
	DO(syscall(SYS_recvfrom, got, buf, 2, MSG_PEEK, NULL, NULL));
	DO(syscall(SYS_recvmsg, got, msg_of(NULL, 0, iov_of(buf, 3), 1, NULL, 0), 0));
	DO(syscall(SYS_read, got, buf, sizeof(buf)));
	DO(syscall(SYS_read, got, buf, sizeof(buf)));
	DO(syscall(SYS_write, fd, "more", 4));
	DO(syscall(SYS_writev, fd, iov_of("m", 1), 2));
	DO(syscall(SYS_sendmsg, fd, msg_of(NULL, 0, iov_of("m", 1), 1, NULL, 0), 0));
	DO(syscall(SYS_setsockopt, fd, IPPROTO_TCP, TCP_NODELAY, &value, 4));
	DO(syscall(SYS_getsockopt, fd, IPPROTO_TCP, TCP_NODELAY, &value, &four));
	DO(syscall(SYS_getpeername, fd, &addr, &room));
	again = DO(syscall(SYS_dup, fd));
	DO(syscall(SYS_dup2, fd, 40));
	DO(syscall(SYS_dup3, fd, 41, O_CLOEXEC));
	DO(syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 45));
	DO(syscall(SYS_shutdown, fd, SHUT_WR));
	TRY(syscall(SYS_write, again, "late", 4));
	DO(syscall(SYS_close, fd));
	TRY(syscall(SYS_close, fd));
	DO(syscall(SYS_close_range, 40, 45, 0));
	DO(syscall(SYS_close_range, 45, 40, 0));
	DO(write(40, "x", 1));
	fcntl(listener, F_SETFL, O_RDWR | O_NONBLOCK);
	DO(syscall(SYS_accept, listener, NULL, 1));
}

static void pairs(void)
{
	int end[2];
	struct mmsghdr vec = {.msg_hdr = *msg_of(NULL, 0, iov_of("m", 1), 1, NULL, 0)};
	char buf[8];

	DO(syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, end));
	DO(syscall(SYS_sendmmsg, end[0], &vec, 1, 0));
	vec.msg_hdr.msg_iov = iov_of(buf, 8);
	DO(syscall(SYS_recvmmsg, end[1], &vec, 1, 0, NULL));
	DO(syscall(SYS_bind, end[0], NULL, 0));
	DO(syscall(SYS_listen, end[0], 1));
	close(end[1]);
	TRY(syscall(SYS_sendto, end[0], "x", 1, 0, NULL, 0));
	DO(syscall(SYS_recvfrom, end[0], buf, 8, 0, NULL, NULL));
	close(end[0]);
}

static void many_words(void)
{
	int a = DO(memfd_create("a", 0)), b = DO(syscall(SYS_memfd_create, "b", MFD_CLOEXEC)),
	    word = 1;
	loff_t from = 1, to = 2;
	char *map, buf[8] = "";

	DO(pwrite(a, "abcdef", 6, 0));
	DO(syscall(SYS_copy_file_range, a, &from, b, &to, 4, 0));
	say("  %d %d", (int)from, (int)to);
	DO(syscall(SYS_pread64, b, buf, 8, 2));
	say("  %.4s", buf);
	DO(syscall(SYS_copy_file_range, a, &from, b, &to, 4, 0xffff));
	map = (char *)syscall(SYS_mmap, NULL, 4096, PROT_READ, MAP_SHARED, a, 0);
	say("map: %d %.6s", (long)map > 1l << 32, map);
	DO(syscall(SYS_munmap, map, 4096));
	DO(syscall(SYS_mmap, NULL, 4096, PROT_READ, MAP_SHARED, -1, 0));
	DO(syscall(SYS_mmap, NULL, 4096, PROT_READ, MAP_SHARED, a, 1));
	DO(syscall(SYS_lseek, a, 1l << 40, SEEK_SET) == 1l << 40);
	DO(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET, 2, NULL, NULL, 1));
	DO(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET, 1, &(struct timespec){0, 1}, NULL, 0));
	DO(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET, 1, &(struct timespec){0, 1}, NULL, 1));
	DO(syscall(SYS_futex, &word, FUTEX_CMP_REQUEUE, 1, 1, &word, 9));
	close(a);
	close(b);
}

static void others(void)
{
	char buf[8];
	int fd;

	many_words();
	DO(syscall(SYS_getrandom, buf, 8, 0));
	DO(getrandom(buf, 8, 0xffff));
	DO(syscall(SYS_gettid) == getpid());
	fd = DO(syscall(SYS_pidfd_open, getpid(), 0));
	DO(syscall(SYS_pidfd_getfd, fd, 1, 0));
	DO(syscall(SYS_pidfd_getfd, fd, 999, 0));
	DO(syscall(SYS_pidfd_open, -1, 0));
	DO(syscall(SYS_openat, AT_FDCWD, "/nowhere", O_RDONLY));
	DO(syscall(SYS_kill, getpid(), 0));
	DO(syscall(SYS_kill, getpid(), 999));
	DO(syscall(SYS_getpriority, 0, 0));
	DO(syscall(SYS_sched_yield));
	DO(syscall(SYS_eventfd2, 1, EFD_SEMAPHORE));
	DO(syscall(SYS_prctl, 9999, 0, 0, 0, 0));
	DO(syscall(SYS_seccomp, 99, 0, NULL));
	DO(syscall(9999));
	DO(syscall(-1));
	DO(syscall(0x40000000 + SYS_getpid));
	view_wanted = false; /* the numbers of what was made are its own concern */
}

int torture(const char *variant)
{
	block_sigpipe();
	if (*variant == 'n') {
		connections();
		pairs();
	} else {
		others();
	}
	return 0;
}
