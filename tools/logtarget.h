/* SPDX-License-Identifier: MIT */
/* Can lines be written where LOG says?  The program runs either way; its operator should know. */
#ifndef PEERLESS_TOOLS_LOGTARGET_H
#define PEERLESS_TOOLS_LOGTARGET_H

#include "runtime/settings.h"

/* One warning on stderr where this user could not write the file now.  Creates nothing. */
void logtarget_warn(const struct settings *s);

#endif
