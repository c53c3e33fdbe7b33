/* SPDX-License-Identifier: MIT */
/* What can stand in -e: the kinds of filters, each with its parser and its test. */
#ifndef PEERLESS_TOOLS_FILTER_KIND_H
#define PEERLESS_TOOLS_FILTER_KIND_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"
#include "runtime/line.h"

/* KIND(name, example, meaning): `peerless help trace` shows the latter two. */
#define FILTER_KINDS(KIND)                                                                    \
	KIND(trace, "send,recv",                                                              \
		"these calls; also %in, %out (data), %wait (poll, ...), %open, "              \
		"%close, %dup, %option; trace=send,recv is the same")                         \
	KIND(event, "event=call,verdict", "call, open, armed, verdict, close, process, lost") \
	KIND(fd, "fd=7,8", "of a descriptor, also where a call returned it")                  \
	KIND(peer, "peer=10.0.0.0/8:5432",                                                    \
		"of a peer; also [2001:db8::1]:443, :443, :8000-8099, unix, unix:/run/*")     \
	KIND(pid, "pid=42", "of a process or thread")                                         \
	KIND(prog, "prog=nginx*", "of a program, by name with * and ?")                       \
	KIND(failed, "failed", "calls that failed, and verdicts")                             \
	KIND(errno, "errno=EPIPE", "calls that failed so, and verdicts")                      \
	KIND(slower, "slower=10ms", "calls that took as long, or longer; us, ms, s, m, h")

/* One of the values between commas; which of these it has is its kind's business. */
struct filter_item {
	uint64_t number;     /* call, kind of event, descriptor, pid, errno, nanoseconds */
	unsigned classes;    /* trace: a bit for each enum call_class */
	struct endpoint net; /* peer; family 0: any address, scope 0: any zone */
	unsigned prefix;     /* bits of net that count */
	uint16_t low, high;  /* ports */
	char *glob;          /* prog, and a peer of AF_UNIX; the item's own */
};

/*
 * filter_parse_KIND: one value into *item, which is zero; 0, or -1 with what is wrong and what
 * would be right in *why.
 * filter_matches_KIND: does the event have it?  Of EVENT_LOST only filter_matches_event is asked.
 */
#define KIND(name, example, meaning)                                                           \
	int filter_parse_##name(struct filter_item *item, const char *word, struct line *why); \
	bool filter_matches_##name(const struct filter_item *item, const struct event *e);
FILTER_KINDS(KIND)
#undef KIND

#endif
