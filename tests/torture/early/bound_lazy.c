/* SPDX-License-Identifier: MIT */
/* A program bound at the first call.
 * cflags: -Wl,-z,lazy
 */
#include "bound.h"
