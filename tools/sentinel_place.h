/* SPDX-License-Identifier: MIT */
/*
 * The network namespaces that watched processes are in, each with a sock_diag socket of ours.  That
 * keeps a namespace from ending, so one without a watched process or connection is let go.
 */
#ifndef PEERLESS_TOOLS_SENTINEL_PLACE_H
#define PEERLESS_TOOLS_SENTINEL_PLACE_H

#include "family.h"
#include "sockdiag.h"

struct place {
	uint64_t netns;        /* inode of /proc/PID/ns/net */
	struct sockdiag *diag; /* NULL: refused, as was told */
	unsigned connections;  /* watched ones in the last dump */
	bool failed;           /* the last dump was cut off by an error, as was told */
	int64_t used_ms;       /* when a process or connection of ours was there */
	struct place *next;
};

/*
 * 0, or -errno: -EPERM where it is another namespace than ours and we may not enter it.  Only the
 * first refusal of a namespace is told; it is tried again with each call.
 */
int place_add(struct place **places, const struct member *m);
/*
 * Lets go of those where neither a process of f nor a watched connection is; not at once, as one
 * may have been made since the last dump by a process that then went elsewhere.
 */
void place_sweep(struct place **places, const struct family *f, int64_t now_ms);
void place_free(struct place **places);

#endif
