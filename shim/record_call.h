/* SPDX-License-Identifier: MIT */
/* What the columns of record_call.def can say, and the bits of flags that are ours. */
#ifndef PEERLESS_RECORD_CALL_H
#define PEERLESS_RECORD_CALL_H

enum call_class {
	CLASS_NONE, /* never recorded */
	CLASS_IN,
	CLASS_OUT,
	CLASS_WAIT,
	CLASS_OPEN,
	CLASS_HALF,
	CLASS_CLOSE,
	CLASS_MOVE,
	CLASS_OPTION,
};

enum call_asked {
	ASKED_NONE,
	ASKED_BYTES,
	ASKED_MESSAGES,
	ASKED_COUNT,
	ASKED_DOMAIN,
	ASKED_BACKLOG,
	ASKED_FD,
	ASKED_LAST,
	ASKED_CMD,
	ASKED_LEVEL,
};

enum call_flags {
	FLAGS_NONE,
	FLAGS_MSG,
	FLAGS_TYPE,
	FLAGS_HOW,
	FLAGS_MS,
	FLAGS_BITS,
	FLAGS_VALUE,
	FLAGS_SPLICE,
};

/* Of splice(2), in flags: fd was read from. */
#define RECORD_SPLICE_FROM (1u << 31)
/* Of MESSAGES: a further one of the call before.  A call with this bit of a program's fails. */
#define RECORD_FURTHER (1u << 31)

#endif
