/* SPDX-License-Identifier: MIT */
/*
 * The state tells.  What ends a TCP socket from this side, connect() to AF_UNSPEC and shutdown() of
 * a handshake or a listener, makes the kernel forget what it counted, segments that came above all;
 * a peer that dies has sent one (measured, Linux 6.18).
 */
#include "policy/own.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "sys/compiler.h"
#include "sys/tcpinfo.h"

bool own_anew(const struct tcpinfo *info)
{
	return info->state == TCPINFO_CLOSE && !info->segs_in;
}

/* Our FIN was acknowledged; where it is not known who opened, that may have been our SYN. */
static bool fin_went_out(const struct conn *c, const struct tcpinfo *info)
{
	return c && (c->how != CONN_INHERITED || c->opener) && info->fin_acked;
}

COLD bool own_error(const struct verdict *v, const struct conn *c, const struct tcpinfo *info)
{
	bool pipe = v->cause == CAUSE_BROKEN_PIPE;

	if (!pipe && v->cause != CAUSE_RESET)
		return false;
	if (info && own_anew(info))
		return true;
	if (!pipe)
		return false;
	if (c && c->shut_write)
		return true;
	switch (info ? info->state : TCPINFO_ESTABLISHED) {
	case TCPINFO_FIN_WAIT1:
	case TCPINFO_FIN_WAIT2:
	case TCPINFO_CLOSING:
	case TCPINFO_LAST_ACK:
	case TCPINFO_TIME_WAIT:
	case TCPINFO_LISTEN: return true;
	case TCPINFO_CLOSE: return fin_went_out(c, info);
	default: return false;
	}
}

/* Where a stream ends by MPTCP's own FIN, that of its subflow, which TCP_INFO is of, comes later.
 */
static bool is_mptcp(int fd)
{
	int protocol;

	return !sockopt_get_int(fd, SOL_SOCKET, SO_PROTOCOL, &protocol) &&
	       protocol == IPPROTO_MPTCP;
}

COLD bool own_end(int fd, fdtab_word w, const struct conn *c)
{
	struct tcpinfo info;
	bool shut = c && c->shut_read;

	if (shut && c->shut_write)
		return true;
	if (!(w & FDTAB_TCP) || tcpinfo_read(fd, false, &info))
		return shut;
	switch (info.state) {
	case TCPINFO_CLOSE: return own_anew(&info);
	case TCPINFO_CLOSE_WAIT:
	case TCPINFO_LAST_ACK:
	case TCPINFO_CLOSING:
	case TCPINFO_TIME_WAIT: return false;
	default: return shut || !is_mptcp(fd);
	}
}
