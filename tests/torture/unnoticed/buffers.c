/* SPDX-License-Identifier: MIT */
/* The program's memory: nothing is written beyond the result or before it is there, nothing is
 * read that was not given; behind each buffer is a page that cannot be touched, and what is sent
 * lies in one that cannot be written.
 */
#include "names.h"

enum { PAGE = 4096, FILL = 0xa5 };

static char *page, *source; /* both end where the next page cannot be touched */
static int end[2];

static char *a_page(void)
{
	char *at = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	sure(at != MAP_FAILED && mprotect(at + PAGE, PAGE, PROT_NONE) == 0, "mmap");
	return at;
}

/* The last len bytes of the page. */
static char *tail(size_t len)
{
	return page + PAGE - len;
}

/* How much of the page is not as it was filled: from where, up to where, before its end. */
static void changed(const char *what, long ret)
{
	int err = errno, first = -1, last = -1;

	for (int i = 0; i < PAGE; i++) {
		if ((unsigned char)page[i] == FILL)
			continue;
		first = first < 0 ? i : first;
		last = i;
	}
	say("%s = %ld %s; changed: %d bytes, up to %d before the end", what, ret,
		err == ERRNO_KEPT ? "" : errname(err), first < 0 ? 0 : last - first + 1,
		first < 0 ? 0 : PAGE - 1 - last);
	memset(page, FILL, PAGE);
}

#define FILLED(call)                  \
	do {                          \
		long ret_;            \
                                      \
		errno = ERRNO_KEPT;   \
		ret_ = (long)(call);  \
		changed(#call, ret_); \
	} while (0)

static void give(size_t len)
{
	sure(write(end[0], source, len) == (ssize_t)len, "write");
	await(end[1], POLLIN);
}

#define GIVEN(call)           \
	do {                  \
		give(5);      \
		FILLED(call); \
		drain();      \
	} while (0)

/* Without a look at it by the shim. */
static void drain(void)
{
	char buf[64];

	while (unseen_syscall(SYS_recvfrom, end[1], (long)buf, 64, MSG_DONTWAIT, 0, 0) > 0)
		;
}

static void receives(void)
{
	struct iovec iov[3] = {{tail(4), 2}, {tail(2), 2}, {(char *)8, 5}};
	struct iovec wide[2] = {{tail(64), 3}, {tail(32), 32}};
	struct msghdr msg = {.msg_iov = wide, .msg_iovlen = 2},
		      bad = {.msg_iov = iov, .msg_iovlen = 3};
	struct mmsghdr vec[2] = {{.msg_hdr = msg}, {.msg_hdr = msg}};

	GIVEN(read(end[1], tail(3), 3));
	GIVEN(read(end[1], tail(64), 64));
	GIVEN(__read(end[1], tail(5), 5));
	GIVEN(__read_chk(end[1], tail(64), 64, 64));
	GIVEN(recv(end[1], tail(64), 64, 0));
	GIVEN(recv(end[1], tail(2), 2, MSG_PEEK));
	GIVEN(recv(end[1], tail(2), 2, MSG_TRUNC));
	GIVEN(__recv_chk(end[1], tail(9), 9, 9, 0));
	GIVEN(recvfrom(end[1], tail(9), 9, 0, NULL, NULL));
	GIVEN(__recvfrom_chk(end[1], tail(9), 9, 9, 0, NULL, NULL));
	GIVEN(readv(end[1], wide, 2));
	GIVEN(recvmsg(end[1], &msg, 0));
	GIVEN(recvmmsg(end[1], vec, 2, MSG_DONTWAIT, NULL));
	GIVEN(readv(end[1], iov, 3));
	GIVEN(recvmsg(end[1], &bad, 0));
	GIVEN(read(end[1], tail(3), 64));
	GIVEN(recv(end[1], tail(3), 64, 0));
	GIVEN(read(end[1], (char *)8, 0));
	GIVEN(recv(end[1], NULL, 5, 0));
}

/* Nothing is there, or no more: nothing is touched. */
static void receives_nothing(void)
{
	struct iovec iov = {tail(64), 64};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	struct mmsghdr vec = {.msg_hdr = msg};

	FILLED(read(end[1], tail(64), 64));
	FILLED(__read_chk(end[1], tail(64), 64, 64));
	FILLED(readv(end[1], &iov, 1));
	FILLED(recv(end[1], tail(64), 64, MSG_DONTWAIT));
	FILLED(__recv_chk(end[1], tail(64), 64, 64, MSG_DONTWAIT));
	FILLED(recvfrom(end[1], tail(64), 64, MSG_DONTWAIT, NULL, NULL));
	FILLED(__recvfrom_chk(end[1], tail(64), 64, 64, MSG_DONTWAIT, NULL, NULL));
	FILLED(recvmsg(end[1], &msg, MSG_DONTWAIT));
	FILLED(recvmmsg(end[1], &vec, 1, MSG_DONTWAIT, NULL));
}

static void sends(void)
{
	struct iovec iov[3] = {{source, 2}, {source + 2, 3}, {source + PAGE - 2, 4}};
	struct msghdr msg = {.msg_iov = iov, .msg_iovlen = 2},
		      bad = {.msg_iov = iov, .msg_iovlen = 3};
	struct mmsghdr vec[2] = {{.msg_hdr = msg}, {.msg_hdr = bad}};
	char *last = source + PAGE - 5;

	FILLED(write(end[0], last, 5));
	FILLED(__write(end[0], last, 5));
	FILLED(writev(end[0], iov, 2));
	FILLED(send(end[0], last, 5, 0));
	FILLED(__send(end[0], last, 5, 0));
	FILLED(sendto(end[0], last, 5, 0, NULL, 0));
	FILLED(sendmsg(end[0], &msg, 0));
	drain();
	FILLED(write(end[0], last, 6));
	FILLED(writev(end[0], iov, 3));
	FILLED(sendmsg(end[0], &bad, 0));
	FILLED(send(end[0], (char *)8, 5, 0));
	FILLED(write(end[0], NULL, 0));
	FILLED(sendmmsg(end[0], vec, 2, 0));
	say("msg_len %u %u", vec[0].msg_len, vec[1].msg_len);
	FILLED(recv(end[1], tail(64), 64, MSG_DONTWAIT));
	drain();
}

int torture(const char *variant)
{
	page = a_page();
	source = a_page();
	memset(page, FILL, PAGE);
	strcpy(source, "some bytes");
	strcpy(source + PAGE - 6, "ends.");
	sure(mprotect(source, PAGE, PROT_READ) == 0, "mprotect");
	for (size_t k = 0; k < 4; k++) {
		say("%s", KINDS[k]);
		kind_pair(KINDS[k], end);
		receives();
		sends();
		sure(fcntl(end[1], F_SETFL, O_NONBLOCK) == 0, "fcntl");
		receives_nothing();
		DO(close(end[0]));
		receives_nothing();
		DO(close(end[1]));
	}
	sure(munmap(page, 2 * PAGE) == 0 && munmap(source, 2 * PAGE) == 0, "munmap");
	return 0;
}
