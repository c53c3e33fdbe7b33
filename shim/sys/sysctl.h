/* SPDX-License-Identifier: MIT */
/* The kernel's own TCP settings in this network namespace. */
#ifndef PEERLESS_SYS_SYSCTL_H
#define PEERLESS_SYS_SYSCTL_H

/*
 * The number in /proc/sys/net/ipv4/NAME, or fallback where it cannot be read (no /proc, an older
 * kernel).  Opens and closes one descriptor.  AS-safe; errno untouched.
 */
int sysctl_ipv4(const char *name, int fallback);

#endif
