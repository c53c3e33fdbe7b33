/* SPDX-License-Identifier: MIT */
/* A program at a fixed address, where function pointers are those of its own stubs.
 * cflags: -no-pie -fno-pie
 */
#include "bound.h"
