/* SPDX-License-Identifier: MIT */
/* Identity of a wrapped call, in tables and recordings: its place in calls.def. */
#ifndef PEERLESS_SYS_CALL_ID_H
#define PEERLESS_SYS_CALL_ID_H

enum call_id {
#define CALL(name, need) CALL_##name,
#include "calls.def"
	CALL_COUNT
};

extern const char *const call_name[CALL_COUNT];

#endif
