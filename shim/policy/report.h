/* SPDX-License-Identifier: MIT */
/*
 * The lines of the log, by event: peer-dead, connect-failed, deadline, sigpipe-averted, open,
 * close, option-refused, user-timeout-raised, config.  Verdict, open and close go into the
 * recording too (policy/story.h).  AS-safe; errno is kept.
 */
#ifndef PEERLESS_POLICY_REPORT_H
#define PEERLESS_POLICY_REPORT_H

#include "policy/verdict.h"
#include "runtime/connpool.h"
#include "runtime/value.h"

struct tcpinfo;

/* What a verdict rests on.  info is NULL for a UNIX socket or a descriptor that changed hands. */
struct evidence {
	int fd;
	const struct conn *conn; /* may be NULL */
	const struct tcpinfo *info;
};

/* Payload, by e->info, which must be there: in state CLOSE the kernel still counts the peer's FIN,
 * if there was one, as a byte. */
uint64_t report_bytes_in(const struct evidence *e);
uint64_t report_bytes_out(const struct evidence *e);

void report_verdict(const struct verdict *v, const struct evidence *e, const struct action *action);
void report_averted(int fd, const struct conn *c, unsigned saves);
/* LOG_LEVEL=conn; fd is -1 where it is gone already. */
void report_opened(int fd, fdtab_word w);
void report_closed(int fd, fdtab_word w);
/* Once per option and process. */
void report_refused(int fd, enum sockopt_id id, int err);
void report_raised(int asked_ms, int set_ms);
/* A bad option or a library that stays inert. */
void report_config(const char *message);

#endif
