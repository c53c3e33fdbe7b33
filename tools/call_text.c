/* SPDX-License-Identifier: MIT */
/* See call_text.h.  Every name stands in a table: those of bits by call, those of numbers by kind.
 */
#include "call_text.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/netlink.h>
#include <linux/tls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>

#include "escape.h"
#include "event.h"
#include "sys/compiler.h"
#include "sys/errno_name.h"
#include "sys/sockopt.h"

struct name {
	uint32_t value;
	const char *text;
};

#define NAME(value)                       \
	{                                 \
		(uint32_t)(value), #value \
	}
#define NAMES_END       \
	{               \
		0, NULL \
	}

static const struct name msg_names[] = {
	NAME(MSG_OOB),
	NAME(MSG_PEEK),
	NAME(MSG_DONTROUTE),
	NAME(MSG_CTRUNC),
	NAME(MSG_TRUNC),
	NAME(MSG_DONTWAIT),
	NAME(MSG_EOR),
	NAME(MSG_WAITALL),
	NAME(MSG_CONFIRM),
	NAME(MSG_ERRQUEUE),
	NAME(MSG_NOSIGNAL),
	NAME(MSG_MORE),
	NAME(MSG_WAITFORONE),
	NAME(MSG_BATCH),
	NAME(MSG_ZEROCOPY),
	NAME(MSG_FASTOPEN),
	NAME(MSG_CMSG_CLOEXEC),
	NAMES_END,
};

static const struct name type_names[] = {
	NAME(SOCK_STREAM),
	NAME(SOCK_DGRAM),
	NAME(SOCK_RAW),
	NAME(SOCK_RDM),
	NAME(SOCK_SEQPACKET),
	NAME(SOCK_DCCP),
	NAME(SOCK_PACKET),
	NAMES_END,
};
static const struct name type_flags[] = {NAME(SOCK_CLOEXEC), NAME(SOCK_NONBLOCK), NAMES_END};

static const struct name how_names[] = {NAME(SHUT_RD), NAME(SHUT_WR), NAME(SHUT_RDWR), NAMES_END};

static const struct name splice_flags[] = {
	NAME(SPLICE_F_MOVE),
	NAME(SPLICE_F_NONBLOCK),
	NAME(SPLICE_F_MORE),
	NAME(SPLICE_F_GIFT),
	NAMES_END,
};

/* BITS, by call; fcntl's is a number. */
static const struct name dup3_flags[] = {NAME(O_CLOEXEC), NAMES_END};
static const struct name close_range_flags[] = {
	NAME(CLOSE_RANGE_UNSHARE), NAME(CLOSE_RANGE_CLOEXEC), NAMES_END};
static const struct name *const bits_of[CALL_COUNT] = {
	[CALL_dup3] = dup3_flags,
	[CALL_close_range] = close_range_flags,
};

static const struct name domain_names[] = {
	NAME(AF_UNIX),
	NAME(AF_INET),
	NAME(AF_INET6),
	NAME(AF_NETLINK),
	NAME(AF_PACKET),
	NAME(AF_BLUETOOTH),
	NAME(AF_CAN),
	NAME(AF_TIPC),
	NAME(AF_ALG),
	NAME(AF_VSOCK),
	NAME(AF_XDP),
	NAMES_END,
};

static const struct name command_names[] = {NAME(F_DUPFD), NAME(F_DUPFD_CLOEXEC), NAMES_END};

static const struct name level_names[] = {
	NAME(SOL_SOCKET),
	{IPPROTO_IP, "SOL_IP"},
	{IPPROTO_TCP, "SOL_TCP"},
	{IPPROTO_UDP, "SOL_UDP"},
	{IPPROTO_IPV6, "SOL_IPV6"},
	{IPPROTO_ICMP, "SOL_ICMP"},
	{IPPROTO_ICMPV6, "SOL_ICMPV6"},
	{IPPROTO_SCTP, "SOL_SCTP"},
	{IPPROTO_RAW, "SOL_RAW"},
	NAME(SOL_PACKET),
	{270, "SOL_NETLINK"}, /* linux/socket.h, with the next two */
	{282, "SOL_TLS"},
	{284, "SOL_MPTCP"},
	NAMES_END,
};

/* What sys/sockopt.def leaves out, as nobody can set it there: LEVEL << 16 | number. */
#define OPTION(level, name)                             \
	{                                               \
		(uint32_t)(level) << 16 | (name), #name \
	}
static const struct name option_names[] = {
	OPTION(SOL_SOCKET, SO_ERROR),
	OPTION(SOL_SOCKET, SO_TYPE),
	OPTION(SOL_SOCKET, SO_DOMAIN),
	OPTION(SOL_SOCKET, SO_PROTOCOL),
	OPTION(SOL_SOCKET, SO_ACCEPTCONN),
	OPTION(SOL_SOCKET, SO_SNDLOWAT),
	OPTION(SOL_SOCKET, SO_INCOMING_NAPI_ID),
	OPTION(SOL_SOCKET, SO_DETACH_FILTER),
	OPTION(SOL_SOCKET, SO_ATTACH_BPF),
	OPTION(SOL_SOCKET, SO_ATTACH_REUSEPORT_EBPF),
	OPTION(IPPROTO_TCP, TCP_REPAIR),
	OPTION(IPPROTO_UDP, UDP_CORK),
	OPTION(IPPROTO_UDP, UDP_SEGMENT),
	OPTION(IPPROTO_UDP, UDP_GRO),
	OPTION(IPPROTO_IP, IP_MTU),
	OPTION(270, NETLINK_ADD_MEMBERSHIP),
	OPTION(270, NETLINK_DROP_MEMBERSHIP),
	OPTION(270, NETLINK_EXT_ACK),
	OPTION(270, NETLINK_GET_STRICT_CHK),
	NAMES_END,
};

/* The same, of values longer than the four bytes that are recorded. */
static const struct name long_names[] = {
	OPTION(SOL_SOCKET, SO_PEERCRED),
	OPTION(SOL_SOCKET, SO_PEERNAME),
	OPTION(SOL_SOCKET, SO_PEERGROUPS),
	OPTION(SOL_SOCKET, SO_PEERSEC),
	OPTION(SOL_SOCKET, SO_MEMINFO),
	OPTION(SOL_SOCKET, SO_COOKIE),
	OPTION(SOL_SOCKET, SO_ATTACH_FILTER),
	OPTION(SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF),
	OPTION(IPPROTO_TCP, TCP_INFO),
	OPTION(IPPROTO_TCP, TCP_CC_INFO),
	OPTION(IPPROTO_TCP, TCP_MD5SIG),
	OPTION(IPPROTO_TCP, TCP_SAVED_SYN),
	OPTION(IPPROTO_TCP, TCP_FASTOPEN_KEY),
	OPTION(IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE),
	OPTION(IPPROTO_IP, IP_OPTIONS),
	OPTION(IPPROTO_IP, IP_MULTICAST_IF),
	OPTION(IPPROTO_IP, IP_ADD_MEMBERSHIP),
	OPTION(IPPROTO_IP, IP_DROP_MEMBERSHIP),
	OPTION(IPPROTO_IP, MCAST_JOIN_GROUP),
	OPTION(IPPROTO_IP, MCAST_LEAVE_GROUP),
	OPTION(IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP),
	OPTION(IPPROTO_IPV6, IPV6_DROP_MEMBERSHIP),
	OPTION(IPPROTO_IPV6, IPV6_PKTINFO),
	OPTION(282, TLS_TX),
	OPTION(282, TLS_RX),
	NAMES_END,
};

/* Flags of each kind: a number in the bits of mask, then bits; `ours` is not the program's. */
static const struct {
	uint32_t mask, ours;
	const struct name *numbers, *bits;
} set[] = {
	[FLAGS_MSG] = {.bits = msg_names},
	[FLAGS_TYPE] = {.mask = 0xf, .numbers = type_names, .bits = type_flags},
	[FLAGS_HOW] = {.mask = UINT32_MAX, .numbers = how_names},
	[FLAGS_SPLICE] = {.ours = RECORD_SPLICE_FROM, .bits = splice_flags},
};

static const char *find(const struct name *names, uint32_t value)
{
	for (; names && names->text; names++)
		if (names->value == value)
			return names->text;
	return NULL;
}

static void put_name(struct line *l, const struct name *names, uint32_t value)
{
	const char *text = find(names, value);

	if (text)
		line_str(l, text);
	else
		line_uint(l, value);
}

/* Behind what stands there since `start`. */
static void put_bits(struct line *l, const struct name *names, uint32_t bits, size_t start)
{
	for (; bits && names && names->text; names++) {
		if (!(bits & names->value))
			continue;
		if (l->len > start)
			line_char(l, '|');
		line_str(l, names->text);
		bits &= ~names->value;
	}
	if (bits) {
		line_str(l, l->len > start ? "|0x" : "0x");
		line_hex(l, bits);
	}
	if (l->len == start)
		line_char(l, '0');
}

void call_text_flags(struct line *l, enum call_id call, uint32_t flags)
{
	unsigned kind = event_shape[call].flags;
	size_t start = l->len;
	uint32_t number;

	if (kind == FLAGS_BITS && !bits_of[call]) {
		line_uint(l, flags);
	} else if (kind == FLAGS_BITS) {
		put_bits(l, bits_of[call], flags, start);
	} else if (kind < ARRAY_SIZE(set)) {
		flags &= ~set[kind].ours;
		number = flags & set[kind].mask;
		if (number || find(set[kind].numbers, 0))
			put_name(l, set[kind].numbers, number);
		if (flags & ~number || l->len == start)
			put_bits(l, set[kind].bits, flags & ~number, start);
	}
}

void call_text_domain(struct line *l, uint32_t domain)
{
	put_name(l, domain_names, domain);
}

void call_text_command(struct line *l, uint32_t command)
{
	put_name(l, command_names, command);
}

void call_text_level(struct line *l, uint32_t asked)
{
	put_name(l, level_names, asked >> 16);
}

void call_text_option(struct line *l, uint32_t asked)
{
	int id = sockopt_by_number((int)(asked >> 16), (int)(asked & 0xffff));
	const char *text = id < 0 ? find(option_names, asked) : sockopt_row[id].name;

	text = text ? text : find(long_names, asked);
	if (text)
		line_str(l, text);
	else
		line_uint(l, asked & 0xffff);
}

void call_text_value(struct line *l, uint32_t asked, uint32_t value)
{
	int id = sockopt_by_number((int)(asked >> 16), (int)(asked & 0xffff));

	if (id < 0 ? !!find(long_names, asked)
		   : sockopt_row[id].form == FORM_LINGER || sockopt_row[id].form == FORM_TIMEVAL) {
		line_str(l, "…");
	} else if (asked == ((uint32_t)SOL_SOCKET << 16 | SO_ERROR) && value) {
		call_text_errno(l, (int)value);
	} else if (id >= 0 && sockopt_row[id].form == FORM_TEXT) {
		escape_quoted(l, &value, strnlen((const char *)&value, sizeof(value)));
	} else {
		line_int(l, (int32_t)value);
	}
}

void call_text_errno(struct line *l, int error)
{
	const char *name = errno_name(error);

	line_str(l, name ? name : "errno ");
	if (!name)
		line_int(l, error);
}
