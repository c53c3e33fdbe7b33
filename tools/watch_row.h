/* SPDX-License-Identifier: MIT */
/* One watched connection as the views show it; all of it belongs to the sentinel. */
#ifndef PEERLESS_TOOLS_WATCH_ROW_H
#define PEERLESS_TOOLS_WATCH_ROW_H

#include <sys/types.h>

#include "judge.h"

struct watch_row {
	pid_t pid;
	int fd;
	const char *program; /* untrusted */
	int64_t age_ms;      /* since it was first seen: sock_diag does not tell more */
	bool preloaded;
	bool asked, armed; /* its options are known; the kernel finds it dead as they ask */
	bool changed;      /* it is new, or in another state than at the last look */
	const struct sockdiag_socket *socket; /* the last sample */
	struct judgement judgement;
};

#endif
