/* SPDX-License-Identifier: MIT */
/* The network namespaces that watched processes are in, each with a sock_diag socket of ours. */
#ifndef PEERLESS_TOOLS_SENTINEL_PLACE_H
#define PEERLESS_TOOLS_SENTINEL_PLACE_H

#include "family.h"
#include "sockdiag.h"

struct place {
	uint64_t netns; /* inode of /proc/PID/ns/net */
	struct sockdiag *diag;
	struct place *next;
};

/* 0, or -errno: -EPERM where it is another namespace than ours and we may not enter it. */
int place_add(struct place **places, const struct member *m);
struct sockdiag *place_of(const struct place *places, uint64_t netns);
void place_free(struct place **places);

#endif
