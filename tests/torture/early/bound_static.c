/* SPDX-License-Identifier: MIT */
/* A program static, which nothing is preloaded into.
 * cflags: -static-pie
 */
#include "bound.h"
