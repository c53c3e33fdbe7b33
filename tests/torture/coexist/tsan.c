/* SPDX-License-Identifier: MIT */
/* See faulty.h.
 * part: of sanitizer.sh
 * cflags: -fsanitize=thread
 */
#include "faulty.h"
