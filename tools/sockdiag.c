/* SPDX-License-Identifier: MIT */
/*
 * See sockdiag.h.  The answers are read message by message and not by mnl_cb_run(), which stops
 * reading at NLM_F_DUMP_INTR and leaves the rest in the socket.  The kernel fills at most 32 KiB
 * for one recv(2), so a larger buffer would gain nothing (measured: 64K and 256K cost the same).
 *
 * An endpoint is all that is kept of an address.  A dual-stack socket that talks IPv4 is therefore
 * asked for as IPv4; the kernel looks it up by the IPv4 addresses anyway, and compares the cookie.
 */
#include "sockdiag.h"

#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "util.h"

enum { BUFFER_BYTES = 64 << 10 };

/*
 * Requests of ours: nlmsghdr is a multiple of 4 bytes, so nothing lies between the two.  A dump is
 * asked for as it was before Linux 3.3: that one walk of the kernel's hash table is for IPv4 and
 * IPv6.  Each walk goes by every TCP socket of the machine (inet_diag_dump_icsk()), which costs
 * half as much as telling of it.
 */
struct request {
	struct nlmsghdr head;
	struct inet_diag_req_v2 diag;
};

struct dump_request {
	struct nlmsghdr head;
	struct inet_diag_req diag;
};

struct sockdiag {
	struct mnl_socket *socket;
	int netns; /* a duplicate, to open the socket again; -1: our own */
	uint32_t seq;
	char buffer[BUFFER_BYTES];
};

static struct mnl_socket *open_here(void)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
	int err;

	if (!socket || !mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID))
		return socket;
	err = errno;
	mnl_socket_close(socket);
	errno = err;
	return NULL;
}

static bool is_same_file(int a, int b)
{
	struct stat sa, sb;

	return !fstat(a, &sa) && !fstat(b, &sb) && sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
}

/* A socket stays in the namespace it was made in; we ourselves are there only for that moment. */
static struct mnl_socket *open_in(int netns)
{
	cleanup_fd int ours = -1;
	struct mnl_socket *socket;
	int err;

	if (netns < 0)
		return open_here();
	ours = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (ours < 0)
		return NULL;
	if (is_same_file(ours, netns))
		return open_here();
	if (setns(netns, CLONE_NEWNET))
		return NULL;
	socket = open_here();
	err = errno;
	if (setns(ours, CLONE_NEWNET))
		die(STATUS_OURS, "cannot return to our own network namespace: %s", strerror(errno));
	errno = err;
	return socket;
}

struct sockdiag *sockdiag_open(int netns)
{
	struct sockdiag *d = die_if_null(calloc(1, sizeof(*d)));
	int err;

	d->netns = netns < 0 ? -1 : fcntl(netns, F_DUPFD_CLOEXEC, 3);
	if (netns < 0 || d->netns >= 0)
		d->socket = open_in(d->netns);
	if (d->socket)
		return d;
	err = errno;
	sockdiag_close(d);
	errno = err;
	return NULL;
}

void sockdiag_close(struct sockdiag *d)
{
	if (!d)
		return;
	if (d->socket)
		mnl_socket_close(d->socket);
	if (d->netns >= 0)
		close(d->netns);
	free(d);
}

static int ask(
	struct sockdiag *d, struct nlmsghdr *request, size_t size, uint16_t type, uint16_t flags)
{
	*request = (struct nlmsghdr){
		.nlmsg_len = (uint32_t)size,
		.nlmsg_type = type,
		.nlmsg_flags = NLM_F_REQUEST | flags,
		.nlmsg_seq = ++d->seq,
	};
	return mnl_socket_sendto(d->socket, request, size) < 0 ? -errno : 0;
}

static struct endpoint endpoint_of(
	const struct inet_diag_msg *m, const uint32_t ip[4], uint16_t port)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = port, .sin_addr.s_addr = *ip};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = port};

	if (m->idiag_family == AF_INET)
		return endpoint_from((const struct sockaddr *)&in, sizeof(in));
	memcpy(&in6.sin6_addr, ip, sizeof(in6.sin6_addr));
	in6.sin6_scope_id = m->id.idiag_if; /* the zone of a link-local address, as in the kernel */
	return endpoint_from((const struct sockaddr *)&in6, sizeof(in6));
}

static bool is_mptcp(const struct nlattr *ulp)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, ulp)
	{
		if (mnl_attr_get_type(attr) == INET_ULP_INFO_NAME &&
			!mnl_attr_validate(attr, MNL_TYPE_NUL_STRING))
			return !strcmp(mnl_attr_get_str(attr), "mptcp");
	}
	return false;
}

static void read_attributes(const struct nlmsghdr *head, struct sockdiag_socket *s)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, head, sizeof(struct inet_diag_msg))
	{
		if (mnl_attr_get_type(attr) == INET_DIAG_INFO)
			tcpinfo_from(mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr),
				false, &s->info);
		else if (mnl_attr_get_type(attr) == INET_DIAG_ULP_INFO)
			s->mptcp = is_mptcp(attr);
	}
}

/* The arguments of sockdiag_dump(). */
struct told {
	sockdiag_wants *wants;
	sockdiag_each *each;
	void *context;
};

/* A FIN_WAIT2 without a program and a request of a listener come without TCP_INFO. */
static void tell(const struct nlmsghdr *head, const struct told *to)
{
	const struct inet_diag_msg *m = mnl_nlmsg_get_payload(head);
	struct sockdiag_socket s;

	if (to->wants && !to->wants(to->context, m->idiag_inode))
		return;
	s = (struct sockdiag_socket){
		.cookie = m->id.idiag_cookie[0] | (uint64_t)m->id.idiag_cookie[1] << 32,
		.inode = m->idiag_inode,
		.uid = m->idiag_uid,
		.local = endpoint_of(m, m->id.idiag_src, m->id.idiag_sport),
		.peer = endpoint_of(m, m->id.idiag_dst, m->id.idiag_dport),
		.interface = m->id.idiag_if,
		.timer = m->idiag_timer,
		.timer_count = m->idiag_retrans,
		.expires_ms = m->idiag_expires,
		.rqueue = m->idiag_rqueue,
		.wqueue = m->idiag_wqueue,
	};

	read_attributes(head, &s);
	s.info.state = m->idiag_state;
	to->each(to->context, &s);
}

/* What ends an answer says how it went: an ACK, an error, or the last word of a dump. */
static int outcome(const struct nlmsghdr *head)
{
	int err = 0;

	if (mnl_nlmsg_get_payload_len(head) >= sizeof(err))
		memcpy(&err, mnl_nlmsg_get_payload(head), sizeof(err));
	return err;
}

/* The whole answer to the last question; to is NULL where only its outcome matters. */
static int answer(struct sockdiag *d, const struct told *to)
{
	const struct nlmsghdr *head;
	int len;

	for (;;) {
		len = (int)mnl_socket_recvfrom(d->socket, d->buffer, sizeof(d->buffer));
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return -errno;
		for (head = (void *)d->buffer; mnl_nlmsg_ok(head, len);
			head = mnl_nlmsg_next(head, &len)) {
			if (head->nlmsg_seq != d->seq)
				continue;
			if (head->nlmsg_type == NLMSG_DONE || head->nlmsg_type == NLMSG_ERROR)
				return outcome(head);
			if (to && head->nlmsg_type == TCPDIAG_GETSOCK)
				tell(head, to);
		}
	}
}

static int dump(struct sockdiag *d, const struct told *to)
{
	const uint32_t all = (2u << TCPINFO_CLOSING) - (1u << TCPINFO_ESTABLISHED);
	struct dump_request r = {
		.diag = {
			.idiag_ext = 1 << (INET_DIAG_INFO - 1),
			.idiag_states = all & ~(1u << TCPINFO_LISTEN) & ~(1u << TCPINFO_TIME_WAIT),
		}};
	int rc = ask(d, &r.head, sizeof(r), TCPDIAG_GETSOCK, NLM_F_DUMP);

	return rc ? rc : answer(d, to);
}

/* Out of memory, the kernel leaves a dump unfinished, and the socket refuses another one. */
static int dump_again(struct sockdiag *d, const struct told *to)
{
	struct mnl_socket *fresh = open_in(d->netns);

	if (!fresh)
		return -errno;
	mnl_socket_close(d->socket);
	d->socket = fresh;
	return dump(d, to);
}

int sockdiag_dump(struct sockdiag *d, sockdiag_wants *wants, sockdiag_each *each, void *context)
{
	const struct told to = {wants, each, context};
	int rc = dump(d, &to);

	if (rc == -ENOBUFS || rc == -ENOMEM || rc == -EBUSY)
		rc = dump_again(d, &to);
	return rc;
}

int sockdiag_destroy(struct sockdiag *d, const struct sockdiag_socket *s)
{
	struct request r = {
		.diag = {
			.sdiag_family = (uint8_t)s->local.family,
			.sdiag_protocol = IPPROTO_TCP,
			.id.idiag_sport = htons(s->local.port),
			.id.idiag_dport = htons(s->peer.port),
			.id.idiag_if = s->interface,
			.id.idiag_cookie = {(uint32_t)s->cookie, (uint32_t)(s->cookie >> 32)},
		}};
	int rc;

	memcpy(r.diag.id.idiag_src, s->local.ip, sizeof(s->local.ip));
	memcpy(r.diag.id.idiag_dst, s->peer.ip, sizeof(s->peer.ip));
	rc = ask(d, &r.head, sizeof(r), SOCK_DESTROY, NLM_F_ACK);
	return rc ? rc : answer(d, NULL);
}
