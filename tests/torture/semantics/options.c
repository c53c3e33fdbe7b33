/* SPDX-License-Identifier: MIT */
/* Socket options as the program sets and asks them: what it set stays, what it may only read is as
 * it is, and wrong lengths and levels fail alike.
 * variants: tcp fresh listening unix unixlistening udp seqpacket file nothing
 */
#include "states.h"

static int fd;

static void ask(const char *what, int level, int name, socklen_t len)
{
	unsigned char value[256];
	socklen_t got = len;
	char hex[2 * 16 + 1] = "";
	int rc, i;

	memset(value, 0xee, sizeof(value));
	errno = ERRNO_KEPT;
	rc = getsockopt(fd, level, name, value, &got);
	for (i = 0; i < 16; i++)
		sprintf(hex + 2 * i, "%02x", value[i]);
	say("%s, %d bytes = %d %s, %d: %s", what, len, rc,
		errno == ERRNO_KEPT ? "" : errname(errno), got, hex);
}

static void set(const char *what, int level, int name, int value)
{
	socklen_t len;

	for (len = 0; len < 10; len += len < 3 ? 1 : 2) {
		long wide = value;

		errno = ERRNO_KEPT;
		done(what, setsockopt(fd, level, name, &wide, len));
	}
	ask(what, level, name, 4);
}

static void read_only(void)
{
	static const struct {
		const char *what;
		int level, name;
	} one[] = {{"SO_TYPE", SOL_SOCKET, SO_TYPE}, {"SO_PROTOCOL", SOL_SOCKET, SO_PROTOCOL},
		{"SO_DOMAIN", SOL_SOCKET, SO_DOMAIN}, {"SO_ACCEPTCONN", SOL_SOCKET, SO_ACCEPTCONN},
		{"SO_ERROR", SOL_SOCKET, SO_ERROR}, {"SO_NOTHING", SOL_SOCKET, 9999},
		{"TCP_NOTHING", IPPROTO_TCP, 9999}, {"TCP_MAXSEG", IPPROTO_TCP, TCP_MAXSEG},
		{"no level", 999, 1}, {"TCP_CONGESTION", IPPROTO_TCP, TCP_CONGESTION}};
	static const socklen_t lengths[] = {0, 1, 3, 4, 8, 16, -1};
	size_t i, n;

	for (i = 0; i < sizeof(one) / sizeof(*one); i++)
		for (n = 0; n < sizeof(lengths) / sizeof(*lengths); n++)
			ask(one[i].what, one[i].level, one[i].name, lengths[n]);
}

static void facts(void)
{
	struct tcp_info info = {0};
	struct ucred who = {0};
	uint64_t cookie[2] = {0};
	socklen_t len = sizeof(who);

	DO(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len));
	say("  me: %d", who.pid == getpid());
	len = 8;
	DO(getsockopt(fd, SOL_SOCKET, 57 /* SO_COOKIE */, &cookie[0], &len));
	DO(getsockopt(fd, SOL_SOCKET, 57, &cookie[1], &len));
	say("  the same: %d", cookie[0] == cookie[1]);
	len = sizeof(info);
	DO(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len));
	say("  state=%u ca=%u retransmits=%u probes=%u backoff=%u options=%x unacked=%u lost=%u",
		info.tcpi_state, info.tcpi_ca_state, info.tcpi_retransmits, info.tcpi_probes,
		info.tcpi_backoff, info.tcpi_options, info.tcpi_unacked, info.tcpi_lost);
	DO(getsockopt(fd, SOL_SOCKET, SO_PEERNAME, &info, &len));
	DO(getsockopt(fd, SOL_SOCKET, SO_PEERSEC, &info, &len));
}

static void settable(void)
{
	set("SO_KEEPALIVE", SOL_SOCKET, SO_KEEPALIVE, 1);
	set("SO_KEEPALIVE", SOL_SOCKET, SO_KEEPALIVE, 0);
	set("TCP_KEEPIDLE", IPPROTO_TCP, TCP_KEEPIDLE, 1234);
	set("TCP_KEEPINTVL", IPPROTO_TCP, TCP_KEEPINTVL, 123);
	set("TCP_KEEPCNT", IPPROTO_TCP, TCP_KEEPCNT, 12);
	set("TCP_USER_TIMEOUT", IPPROTO_TCP, TCP_USER_TIMEOUT, 12345);
	set("TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY, 1);
	set("TCP_QUICKACK", IPPROTO_TCP, TCP_QUICKACK, 0);
	set("TCP_SYNCNT", IPPROTO_TCP, TCP_SYNCNT, 3);
	set("TCP_DEFER_ACCEPT", IPPROTO_TCP, TCP_DEFER_ACCEPT, 1);
	set("TCP_FASTOPEN_CONNECT", IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 0);
	set("TCP_NOTSENT_LOWAT", IPPROTO_TCP, TCP_NOTSENT_LOWAT, 1000);
	set("SO_RCVLOWAT", SOL_SOCKET, SO_RCVLOWAT, 10);
	set("SO_SNDBUF", SOL_SOCKET, SO_SNDBUF, 10000);
	set("SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR, 1);
	set("SO_PRIORITY", SOL_SOCKET, SO_PRIORITY, 6);
	set("IP_TOS", IPPROTO_IP, IP_TOS, 16);
	set("IPV6_V6ONLY", IPPROTO_IPV6, IPV6_V6ONLY, 1);
	set("SO_ERROR", SOL_SOCKET, SO_ERROR, 1);
	set("SO_TYPE", SOL_SOCKET, SO_TYPE, 1);
	set("out of range", IPPROTO_TCP, TCP_KEEPIDLE, 0);
	set("out of range", IPPROTO_TCP, TCP_KEEPIDLE, 32768);
	set("out of range", IPPROTO_TCP, TCP_KEEPCNT, 128);
	set("out of range", IPPROTO_TCP, TCP_USER_TIMEOUT, -1);
}

static void structs(void)
{
	struct timeval late = {1, 500000}, wrong = {1, 2000000}, back = {0};
	struct linger linger = {1, 7}, was = {0};
	socklen_t len = sizeof(back);

	DO(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &late, sizeof(late)));
	DO(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wrong, sizeof(wrong)));
	DO(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &late, 4));
	DO(getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &back, &len));
	say("  %ld.%06ld", (long)back.tv_sec, (long)back.tv_usec);
	DO(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)));
	len = sizeof(was);
	DO(getsockopt(fd, SOL_SOCKET, SO_LINGER, &was, &len));
	say("  %d %d", was.l_onoff, was.l_linger);
	DO(setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 4));
	DO(setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "nonesuch", 8));
	DO(setsockopt(fd, IPPROTO_TCP, 31 /* TCP_ULP */, "nonesuch", 8));
	DO(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "", 0));
}

int torture(const char *variant)
{
	fd = state(variant);
	read_only();
	facts();
	settable();
	structs();
	state_end(fd);
	return 0;
}
