/* SPDX-License-Identifier: MIT */
/*
 * One errno may have several causes: the timer that gave up is told apart by what was
 * outstanding.  After an ICMP error the kernel puts that error in ETIMEDOUT's place (KERNEL.md 4).
 */
#include "policy/verdict.h"

#include <errno.h>
#include <stddef.h>

#include "sys/tcpinfo.h"

static const char *const cause_text[] = {
#define CAUSE(name, text) text,
	VERDICT_CAUSES(CAUSE)
#undef CAUSE
};

static const char *const method_text[] = {
#define METHOD(name, text) text,
	VERDICT_METHODS(METHOD)
#undef METHOD
};

const char *verdict_cause(enum cause cause)
{
	return cause_text[cause];
}

const char *verdict_method(enum method method)
{
	return method_text[method];
}

/* Which of the kernel's timers gave up. */
static enum method timer_method(const struct tcpinfo *info, enum method seen)
{
	if (!info)
		return seen;
	if (info->unacked_bytes)
		return METHOD_RETRANSMISSION;
	return info->notsent_bytes ? METHOD_WINDOW_PROBE : METHOD_KEEPALIVE;
}

static enum cause cause_of(int err, enum phase phase)
{
	switch (err) {
	case ECONNRESET: return CAUSE_RESET;
	case ETIMEDOUT: return phase == PHASE_CONNECTING ? CAUSE_CONNECT_TIMEOUT : CAUSE_TIMEOUT;
	case ECONNREFUSED: return phase == PHASE_CONNECTING ? CAUSE_REFUSED : CAUSE_UNREACHABLE;
	case EHOSTUNREACH:
	case ENETUNREACH:
	case EHOSTDOWN:
	case ENETDOWN:
	case ENONET: return CAUSE_UNREACHABLE;
	case ENOPROTOOPT: /* ICMP protocol unreachable */
	case EACCES:      /* ICMPv6 administratively prohibited */
		return phase == PHASE_DATA ? CAUSE_UNREACHABLE : CAUSE_NONE;
	case ECONNABORTED: /* connecting: an earlier attempt on this socket failed, and was told */
		return phase == PHASE_DATA ? CAUSE_ABORTED : CAUSE_NONE;
	case EPIPE: return CAUSE_BROKEN_PIPE;
	default: return CAUSE_NONE;
	}
}

struct verdict verdict_of_error(
	int err, enum phase phase, enum method seen, const struct tcpinfo *info)
{
	struct verdict v = {
		.cause = cause_of(err, phase), .method = seen, .seen = seen, .error = err};

	if (phase == PHASE_CONNECTING)
		v.method = METHOD_CONNECT;
	else if (v.cause == CAUSE_TIMEOUT || v.cause == CAUSE_UNREACHABLE)
		v.method = timer_method(info, seen);
	else if (v.cause == CAUSE_BROKEN_PIPE && seen == METHOD_RESULT)
		v.method = METHOD_SIGPIPE;
	/*
	 * A refused or unroutable connect is a peer that was never there: the program got its error
	 * at once and may go on to the next address, which an action must not forestall.
	 */
	v.death =
		v.cause != CAUSE_NONE && (phase == PHASE_DATA || v.cause == CAUSE_CONNECT_TIMEOUT);
	return v;
}

struct verdict verdict_of_eof(void)
{
	return (struct verdict){.cause = CAUSE_CLOSED, .method = METHOD_EOF, .seen = METHOD_EOF};
}

struct verdict verdict_of_deadline(bool receiving)
{
	return (struct verdict){
		.cause = receiving ? CAUSE_RECV_TIMEOUT : CAUSE_SEND_TIMEOUT,
		.method = METHOD_DEADLINE,
		.seen = METHOD_DEADLINE,
		.error = ETIMEDOUT,
		.death = true,
	};
}
