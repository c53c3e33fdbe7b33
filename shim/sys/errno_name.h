/* SPDX-License-Identifier: MIT */
/* errno values by name: glibc's strerrorname_np() is too new to depend on (2.32). */
#ifndef PEERLESS_SYS_ERRNO_NAME_H
#define PEERLESS_SYS_ERRNO_NAME_H

/* "ETIMEDOUT" for ETIMEDOUT; NULL for a number that no call on a descriptor returns.  AS-safe. */
const char *errno_name(int err);

#endif
