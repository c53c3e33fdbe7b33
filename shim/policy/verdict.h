/* SPDX-License-Identifier: MIT */
/*
 * From a result to a cause.  Pure: what the call returned and what TCP_INFO said go in, a verdict
 * comes out.  KERNEL.md 1-6 measures which errno follows which fault.
 */
#ifndef PEERLESS_POLICY_VERDICT_H
#define PEERLESS_POLICY_VERDICT_H

#include <stdbool.h>

struct tcpinfo;

/* CAUSE(name, text): why. */
#define VERDICT_CAUSES(CAUSE)                               \
	CAUSE(NONE, "none")                                 \
	CAUSE(RESET, "reset")                               \
	CAUSE(TIMEOUT, "timeout")                           \
	CAUSE(UNREACHABLE, "unreachable")                   \
	CAUSE(REFUSED, "refused")                           \
	CAUSE(CLOSED, "closed")                             \
	CAUSE(BROKEN_PIPE, "broken-pipe")                   \
	CAUSE(ABORTED, "aborted")                           \
	CAUSE(CONNECT_TIMEOUT, "connect-timeout")           \
	CAUSE(RECV_TIMEOUT, "recv-timeout")                 \
	CAUSE(SEND_TIMEOUT, "send-timeout")                 \
	CAUSE(SILENT, "silent")   /* no byte for SILENCE */ \
	CAUSE(STALLED, "stalled") /* what was sent is not taken, nor its probes answered */

/* METHOD(name, text): how it was seen. */
#define VERDICT_METHODS(METHOD)                                                            \
	METHOD(RESULT, "result")                 /* the call's return value and errno */   \
	METHOD(CONNECT, "connect")               /* the handshake failed */                \
	METHOD(KEEPALIVE, "keepalive")           /* probes on an idle connection */        \
	METHOD(RETRANSMISSION, "retransmission") /* data sent and never acknowledged */    \
	METHOD(WINDOW_PROBE, "window-probe")     /* data waiting before a closed window */ \
	METHOD(EOF, "eof")                                                                 \
	METHOD(SIGPIPE, "sigpipe")   /* EPIPE where SIGPIPE would have come */             \
	METHOD(SO_ERROR, "so-error") /* as the program asked for it */                     \
	METHOD(DEADLINE, "deadline") /* RECV_TIMEOUT, SEND_TIMEOUT */                      \
	METHOD(POLL, "poll")         /* readiness: ERR from poll() */                      \
	METHOD(EPOLL, "epoll")       /* ERR from epoll_wait() */                           \
	METHOD(SILENCE, "silence")   /* SILENCE, by the sentinel */

enum cause {
#define CAUSE(name, text) CAUSE_##name,
	VERDICT_CAUSES(CAUSE)
#undef CAUSE
		CAUSE_COUNT
};

enum method {
#define METHOD(name, text) METHOD_##name,
	VERDICT_METHODS(METHOD)
#undef METHOD
		METHOD_COUNT
};

struct verdict {
	enum cause cause;
	enum method method; /* the mechanism */
	enum method seen;   /* where the program met it: METHOD_RESULT, METHOD_SO_ERROR, ... */
	int error;          /* errno that goes with it; 0 for an end of stream */
	bool death;         /* an ON_DEATH action may follow */
};

/* What the call was doing when it failed. */
enum phase { PHASE_CONNECTING, PHASE_DATA };

/* For an errno; info is NULL where there is none.  CAUSE_NONE: it says nothing about the peer. */
struct verdict verdict_of_error(
	int err, enum phase phase, enum method seen, const struct tcpinfo *info);
/* For an end of stream. */
struct verdict verdict_of_eof(void);
/* For a deadline of ours. */
struct verdict verdict_of_deadline(bool receiving);

const char *verdict_cause(enum cause cause);
const char *verdict_method(enum method method);

#endif
