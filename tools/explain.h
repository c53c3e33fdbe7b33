/* SPDX-License-Identifier: MIT */
/* peerless check --explain HOST:PORT: which rule wins for a connection, and what it comes to. */
#ifndef PEERLESS_TOOLS_EXPLAIN_H
#define PEERLESS_TOOLS_EXPLAIN_H

#include "runtime/settings.h"

/* where: "10.0.0.2:5432", "[::1]:80", "name:443" or "listen:80"; a bad one is STATUS_USAGE. */
void explain(const struct settings *s, const char *where);

#endif
