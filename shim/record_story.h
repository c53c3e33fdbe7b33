/* SPDX-License-Identifier: MIT */
/*
 * Stories: what happens once in a while and must outlive the calls around it.  Entries are told in
 * the order of their tickets and reused, oldest first, when there are no more.
 */
#ifndef PEERLESS_RECORD_STORY_H
#define PEERLESS_RECORD_STORY_H

#include <stdint.h>

#include "record.h"
#include "sys/endpoint.h"

enum story_kind {
	STORY_PENDING,
	STORY_START,   /* of a program: by exec, or the first of the tree */
	STORY_FORK,    /* this process is a fork child */
	STORY_EXEC,    /* never written: readers say so of a START in a process that they know */
	STORY_EXIT,    /* seen by `peerless trace`: value is the wait status */
	STORY_STRICT,  /* filters its system calls from here on: nothing more is recorded of it */
	STORY_OPEN,    /* a connection; told again where its addresses change */
	STORY_ARMED,   /* options that we set on it */
	STORY_VERDICT, /* policy/verdict.h */
	STORY_CLOSE,   /* its last descriptor is gone */
};

/* What kind of socket. */
enum story_socket { SOCKET_TCP, SOCKET_UDP, SOCKET_UNIX, SOCKET_UNIX_DGRAM, SOCKET_OTHER };

struct story_open {
	uint64_t cookie;       /* SO_COOKIE: the same socket in two processes; 0: not known */
	uint8_t how;           /* enum conn_how, runtime/conn_how.h */
	uint8_t socket;        /* enum story_socket */
	uint8_t named, unused; /* enum conn_named: whose name path is */
	union {
		struct endpoint end[2]; /* local and peer */
		char path[68]; /* AF_UNIX: the name, cut to fit; @ for an abstract one's NUL */
	};
};

struct story_process {
	uint32_t value; /* START, FORK: the parent's pid; EXIT: the wait status */
	char text[76];  /* the program's name */
};

/* -1: not set by us. */
struct story_armed {
	int32_t idle_s, interval_s, count; /* keepalive */
	int32_t user_timeout_ms, rto_max_ms, syn_count;
};

/* TCP_INFO, sys/tcpinfo.h; bytes are payload.  known = 0: there was none to be had. */
struct story_evidence {
	uint8_t known, state, closed_by; /* enum tcpinfo_state; enum conn_side */
	uint8_t cause, method, seen;     /* STORY_VERDICT only, as are error, action and death */
	uint8_t action, death;
	int32_t error;
	uint32_t rtt_us, retrans, probes, unsent;
	uint32_t last_data_sent_ms, last_data_recv_ms, last_ack_recv_ms;
	uint64_t age_ms, bytes_in, bytes_out, unacked;
};

struct story {
	uint64_t head;   /* ticket << 8 | enum story_kind; stored last */
	int64_t time_ns; /* CLOCK_MONOTONIC */
	int64_t real_ns; /* CLOCK_REALTIME */
	uint64_t conn;   /* key, as in struct record; 0: none */
	uint32_t process, pid, tid;
	int32_t fd; /* -1: none */
	union {
		struct story_process program; /* START, FORK, EXEC, EXIT, STRICT */
		struct story_open open;
		struct story_armed armed;
		struct story_evidence evidence; /* VERDICT, CLOSE */
	};
};
_Static_assert(sizeof(struct story) == RECORD_STORY_BYTES, "one entry");

#endif
