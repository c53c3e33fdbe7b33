/* SPDX-License-Identifier: MIT */
/* What a call says beside its result: msg_flags, msg_namelen, msg_controllen, msg_len and address
 * lengths, of calls that succeed, are cut short, or fail; what is only read may lie in memory that
 * cannot be written.
 * variants: tcp unix seqpacket dgram udp
 */
#include "names.h"

static int end[2];
static char buf[8], control[256];
static struct sockaddr_storage address;

/* Both ends are connected to each other. */
static void udp_pair(void)
{
	struct sockaddr_in in[2];
	socklen_t len = sizeof(*in);

	for (int i = 0; i < 2; i++) {
		in[i] = (struct sockaddr_in){.sin_family = AF_INET};
		in[i].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		end[i] = socket(AF_INET, SOCK_DGRAM, 0);
		sure(bind(end[i], (struct sockaddr *)&in[i], len) == 0 &&
				getsockname(end[i], (struct sockaddr *)&in[i], &len) == 0,
			"bind");
	}
	for (int i = 0; i < 2; i++)
		sure(connect(end[i], (struct sockaddr *)&in[!i], len) == 0, "connect");
}

static void say_header(const struct msghdr *msg)
{
	say("  namelen %u, family %u, iovlen %zu, controllen %zu, flags %x", msg->msg_namelen,
		address.ss_family, msg->msg_iovlen, msg->msg_controllen, msg->msg_flags);
}

static void receive(size_t len, socklen_t name_len, size_t control_len, int flags)
{
	struct iovec iov[2] = {{buf, len / 2}, {buf + len / 2, len - len / 2}};
	struct msghdr msg = {&address, name_len, iov, 2, control, control_len, 0x5555};

	long got;

	memset(&address, 0, sizeof(address));
	memset(control, 0x55, sizeof(control));
	got = DO(recvmsg(end[1], &msg, flags));
	say_header(&msg);
	for (struct cmsghdr *c = got < 0 ? NULL : CMSG_FIRSTHDR(&msg); c;
		c = CMSG_NXTHDR(&msg, c)) {
		say("  control: %zu bytes, type %d", c->cmsg_len, c->cmsg_type);
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
			DO(close(*(int *)(void *)CMSG_DATA(c)));
	}
}

/* Two messages in a row, of which the second may not be there. */
static void receive_many(int flags)
{
	struct iovec iov = {buf, sizeof(buf)};
	struct mmsghdr vec[3];

	for (int i = 0; i < 3; i++)
		vec[i] = (struct mmsghdr){
			{&address, sizeof(address), &iov, 1, control, 64, 0x5555}, 77};
	DO(recvmmsg(end[1], vec, 3, flags, NULL));
	for (int i = 0; i < 3; i++) {
		say("  msg_len %u", vec[i].msg_len);
		say_header(&vec[i].msg_hdr);
	}
}

static void receive_from(int fd, size_t len, socklen_t address_len)
{
	socklen_t n = address_len;

	memset(&address, 0, sizeof(address));
	DO(recvfrom(fd, buf, len, MSG_DONTWAIT, (struct sockaddr *)&address, &n));
	say("  address length %u of %u, family %u", n, address_len, address.ss_family);
	n = address_len;
	DO(__recvfrom_chk(fd, buf, len, 8, MSG_DONTWAIT, (struct sockaddr *)&address, &n));
	say("  address length %u", n);
}

/* Everything but the vector of sendmmsg(), which is told the lengths, is read only. */
static void send_read_only(bool rights)
{
	struct {
		struct msghdr msg;
		struct iovec iov[2];
		char control[CMSG_SPACE(sizeof(int))], text[8];
	} *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct mmsghdr vec[2];

	sure(p != MAP_FAILED, "mmap");
	strcpy(p->text, "message");
	p->iov[0] = (struct iovec){p->text, 4};
	p->iov[1] = (struct iovec){p->text + 4, 3};
	p->msg = (struct msghdr){.msg_iov = p->iov, .msg_iovlen = 2};
	if (rights) {
		p->msg.msg_control = p->control;
		p->msg.msg_controllen = sizeof(p->control);
		*CMSG_FIRSTHDR(&p->msg) =
			(struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
		*(int *)(void *)CMSG_DATA(CMSG_FIRSTHDR(&p->msg)) = end[0];
	}
	sure(mprotect(p, 4096, PROT_READ) == 0, "mprotect");
	DO(sendmsg(end[0], &p->msg, 0));
	DO(writev(end[0], p->iov, 2));
	vec[0] = vec[1] = (struct mmsghdr){.msg_hdr = p->msg, .msg_len = 77};
	DO(sendmmsg(end[0], vec, 2, 0));
	say("  msg_len %u %u, flags %x", vec[0].msg_len, vec[1].msg_len, vec[0].msg_hdr.msg_flags);
	munmap(p, 4096);
}

static void read_read_only(void)
{
	static const struct iovec iov[2] = {{buf, 2}, {buf + 2, 4}};

	DO(readv(end[1], iov, 2));
}

static void all_receives(bool rights)
{
	send_read_only(rights);
	receive(7, sizeof(address), sizeof(control), 0);
	read_read_only();
	receive(4, 4, rights ? 20 : 0, MSG_DONTWAIT);
	receive(8, 0, sizeof(control), MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	receive(8, sizeof(address), sizeof(control), MSG_DONTWAIT);
	receive(8, sizeof(address), sizeof(control), MSG_DONTWAIT);
}

int torture(const char *variant)
{
	bool is_unix = !strcmp(variant, "unix") || *variant == 's' || *variant == 'd';

	if (!strcmp(variant, "udp"))
		udp_pair();
	else
		kind_pair(variant, end);
	all_receives(false);
	if (is_unix) {
		all_receives(true);
		setsockopt(end[1], SOL_SOCKET, SO_PASSCRED, &(int){1}, sizeof(int));
		all_receives(false);
	}
	send_read_only(false);
	receive_many(MSG_DONTWAIT);
	receive_many(MSG_DONTWAIT);
	send_read_only(false);
	receive_from(end[1], 4, sizeof(address));
	receive_from(end[1], 4, 3);
	receive_from(end[1], 4, 0);
	DO(shutdown(end[0], SHUT_WR));
	receive(8, sizeof(address), sizeof(control), MSG_DONTWAIT);
	receive_many(MSG_DONTWAIT);
	receive_from(end[1], 4, sizeof(address));
	DO(close(end[0]));
	receive(8, sizeof(address), 0, MSG_DONTWAIT);
	receive_many(MSG_DONTWAIT);
	DO(close(end[1]));
	return 0;
}
