/* SPDX-License-Identifier: MIT */
/*
 * What the recording tells beside calls (record_story.h): processes, and a connection's opening,
 * options, verdict and end.  All do nothing unless recorder_on, keep errno, and are AS-safe.
 */
#ifndef PEERLESS_POLICY_STORY_H
#define PEERLESS_POLICY_STORY_H

#include "policy/report.h"
#include "record_story.h"
#include "runtime/connpool.h"
#include "sys/compiler.h"

/* Before main; asks: may the kernel be asked for the parent? */
void story_started(bool asks);
/* In a fork child. */
void story_forked(void);
/* Before the program's own filter. */
void story_strict(void);

/* A socket of this process was told of. */
extern HIDDEN bool story_network_seen;

/* Each call tells anew: the addresses may have changed. */
void story_opened(int fd, fdtab_word w);
/* A datagram socket is used: told once, and again by story_opened() after connect(). */
void story_datagrams(int fd, fdtab_word w);
/* What was set on it. */
void story_armed(int fd, const struct conn *c, const struct story_armed *values);
void story_verdict(const struct verdict *v, const struct evidence *e, const struct action *action);
/* closed_by: enum conn_side; fd is -1 where it is gone already. */
void story_closed(const struct evidence *e, fdtab_word w, unsigned closed_by);

#endif
