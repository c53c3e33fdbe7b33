/* SPDX-License-Identifier: MIT */
/* What one connection's options become in this kernel, with the arithmetic in words. */
#ifndef PEERLESS_TOOLS_EXPLAIN_PLAN_H
#define PEERLESS_TOOLS_EXPLAIN_PLAN_H

#include <stdbool.h>

#include "policy/derive.h"

/* What the kernel that runs here contributes, in this network namespace. */
struct derive_kernel explain_plan_kernel(void);

/* listening: for a listener and what it accepts, where no connect() of ours happens. */
void explain_plan_print(const struct config *c, const struct derive_kernel *k, bool listening);

#endif
