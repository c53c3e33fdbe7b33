/* SPDX-License-Identifier: MIT */
/*
 * Of a connection that no dump shows any more: did the kernel end it, because its peer is dead?
 * Where the program still has the socket, that says so; where it has closed it, only one that had
 * not been answered for as long as the kernel's timers let a peer be silent is called dead.
 */
#ifndef PEERLESS_TOOLS_AUTOPSY_H
#define PEERLESS_TOOLS_AUTOPSY_H

#include "tend.h"

/* w: as the last dump that had it left it.  True: *v is the death. */
bool autopsy(const struct watched *w, const struct member *m, int64_t now_ms, struct verdict *v);

#endif
