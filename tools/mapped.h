/* SPDX-License-Identifier: MIT */
/* Which process has a file mapped: that is how one sees who is still being recorded. */
#ifndef PEERLESS_TOOLS_MAPPED_H
#define PEERLESS_TOOLS_MAPPED_H

#include <sys/types.h>

struct mapped {
	char file[64]; /* " major:minor inode ", as /proc/PID/maps has it */
	pid_t last;    /* that was found: asked first, as most files of /proc are long */
};

/* The file that is open as fd, for reading at least. */
void mapped_init(struct mapped *m, int fd);

/* A process other than this one that maps it; 0: none of those whose maps we may read. */
pid_t mapped_by(struct mapped *m);

#endif
