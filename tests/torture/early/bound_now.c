/* SPDX-License-Identifier: MIT */
/* A program bound at start.
 * cflags: -Wl,-z,now
 */
#include "bound.h"
