/* SPDX-License-Identifier: MIT */
/* See faulty.h.
 * part: of sanitizer.sh
 * cflags: -fsanitize=undefined
 */
#include "faulty.h"
