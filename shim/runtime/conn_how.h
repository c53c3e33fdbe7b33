/* SPDX-License-Identifier: MIT */
/* What log and recording say of a connection's two ends. */
#ifndef PEERLESS_RUNTIME_CONN_HOW_H
#define PEERLESS_RUNTIME_CONN_HOW_H

/* HOW(name, word): how a connection came. */
#define CONN_HOWS(HOW)              \
	HOW(SOCKET, "socket")       \
	HOW(CONNECT, "connect")     \
	HOW(ACCEPT, "accept")       \
	HOW(INHERITED, "inherited") \
	HOW(PAIR, "socketpair")
enum conn_how {
#define HOW(name, word) CONN_##name,
	CONN_HOWS(HOW)
#undef HOW
};

enum conn_side { SIDE_NONE, SIDE_US, SIDE_PEER };

/* Whose one name is known of a UNIX socket. */
enum conn_named {
	NAMED_UNSAID, /* in older recordings: the peer's if we connected, else our own */
	NAMED_LOCAL,
	NAMED_PEER,
};

#endif
